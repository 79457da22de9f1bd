"""How each kind of submission is shown to whoever decides about it. A new kind adds one line to ``KINDS``.

A kind says what changes, as rows of before and after; one that needs more brings a template of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.addresses.rules import Address
from kundenportal.addresses.selectors import address_of, submitted_address
from kundenportal.advance_payments.selectors import totals_of, wanted_amounts
from kundenportal.banking.models import WantedAccount
from kundenportal.banking.sealing import open_iban
from kundenportal.banking.selectors import sent_change
from kundenportal.contact.selectors import messages_of, sent_message
from kundenportal.core.dates import format_date_short
from kundenportal.customers.models import Division
from kundenportal.metering.models import PublicReport
from kundenportal.metering.review import reviewed_readings
from kundenportal.submissions.models import OPEN, Submission
from kundenportal.ui.range_bar import bar_position
from kundenportal.ui.templatetags.portal import country_name, money


@dataclass(frozen=True)
class Change:
    """One thing that was sent: its name, what stands in the master data, and what it shall be."""

    label: str | Promise
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether it differs."""
        return self.before != self.after


@dataclass(frozen=True)
class ReviewedKind:
    """How a kind of submission is shown.

    Attributes:
        icon: its symbol in ``ui/icons``.
        details: returns what the template needs to know of a submission.
        template: shows what was sent; the usual one wants ``changes``, and ``facts`` if there are more.
        is_answered: whether one writes an answer, as to a message, instead of asking back.

    """

    icon: str
    details: Callable[[Submission], Mapping[str, object]]
    template: str = "backoffice/inbox/changes.html"
    is_answered: bool = False


def _readings(submission: Submission) -> Mapping[str, object]:
    readings = reviewed_readings(submission)
    return {
        "readings": [(each, bar_position(each.use, each.usual)) for each in readings],
        "report": PublicReport.objects.filter(pk=submission.pk).first(),
    }


def _advance_payments(submission: Submission) -> Mapping[str, object]:
    amounts = wanted_amounts(submission)
    change, totals = amounts[0].change, totals_of(amounts)
    rows = [
        Change(Division(each.division).label, money(each.previous_amount), money(each.amount))
        for each in amounts
    ]
    total = Change(_("Gesamtabschlag im Monat"), money(totals.before), money(totals.after))
    facts = [(_("Gilt ab"), format_date_short(change.valid_from)), (_("Kommentar"), change.comment)]
    return {"changes": [*rows, total], "facts": facts}


_ADDRESS = (
    ("salutation", gettext_lazy("Anrede")),
    ("first_name", gettext_lazy("Vorname")),
    ("last_name", gettext_lazy("Name")),
    ("street_line", gettext_lazy("Straße und Hausnummer")),
    ("supplement", gettext_lazy("Adresszusatz")),
    ("postal_code", gettext_lazy("Postleitzahl")),
    ("city", gettext_lazy("Ort")),
    ("country", gettext_lazy("Land")),
    ("phone", gettext_lazy("Telefon")),
    ("contact_email", gettext_lazy("E-Mail für Kontakt")),
)


def _address(submission: Submission) -> Mapping[str, object]:
    """Return old and new address side by side; of a settled change nobody knows what was before."""
    sent = submitted_address(submission)
    present: Address | None = address_of(submission.owner) if submission.status in OPEN else None

    def text(name: str, value: str) -> str:
        return country_name(value) if name == "country" and value else value

    changes = [
        Change(label, text(name, getattr(present or sent, name)), text(name, getattr(sent, name)))
        for name, label in _ADDRESS
    ]
    return {"changes": changes, "is_compared": present is not None}


def _bank_account(submission: Submission) -> Mapping[str, object]:
    change, accounts = sent_change(submission)
    facts = [(_("Gilt ab"), format_date_short(change.valid_from))]
    for each in accounts:
        facts += [(_("Kontoinhaber"), each.holder)] if each.holder else []
        facts += [(_("Mandatsreferenz"), each.mandate_reference)] if each.mandate_reference else []
    changes = [Change(_place_of(each), each.previous or _("keine"), _iban_of(each)) for each in accounts]
    return {"changes": changes, "facts": facts, "is_held_longer": change.is_held_longer}


def _place_of(account: WantedAccount) -> str:
    return account.premise.street_line if account.premise else _("Alle Verbrauchsstellen")


def _iban_of(account: WantedAccount) -> str:
    """Return the masked IBAN; the whole one only where staff must enter it by hand."""
    if not account.iban_end:
        return _("keine")
    return open_iban(account) if settings.STAFF_REVIEW == "manual" else str(account)


def _message(submission: Submission) -> Mapping[str, object]:
    sent = sent_message(submission)
    thread = sent.message.thread
    return {"sent": sent, "thread": thread, "thread_messages": messages_of(thread)}


KINDS: Mapping[str, ReviewedKind] = {
    Submission.Kind.METER_READING: ReviewedKind("gauge", _readings, "backoffice/inbox/readings.html"),
    Submission.Kind.ADVANCE_PAYMENT: ReviewedKind("wallet", _advance_payments),
    Submission.Kind.ADDRESS_CHANGE: ReviewedKind("map-pin", _address),
    Submission.Kind.BANK_CHANGE: ReviewedKind("landmark", _bank_account),
    Submission.Kind.CONTACT_MESSAGE: ReviewedKind(
        "message-square", _message, "backoffice/inbox/message.html", is_answered=True
    ),
}
