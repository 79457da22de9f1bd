"""How each kind of submission is shown. A new kind adds one line to ``KINDS`` and its template."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.addresses.selectors import submitted_address
from kundenportal.advance_payments.selectors import divisions_changed, totals_of, wanted_amounts
from kundenportal.banking.selectors import sent_change
from kundenportal.contact.selectors import sent_message
from kundenportal.linking.holds import Hold
from kundenportal.metering.photos import photos_of
from kundenportal.metering.selectors import divisions_sent, replaces_readings, submitted_readings
from kundenportal.selfservice.submission_words import OF_A_MESSAGE, OF_DETAILS, Words
from kundenportal.submissions.models import Submission


@dataclass(frozen=True)
class ShownKind:
    """How a kind of submission is shown.

    Attributes:
        icon: its symbol in ``ui/icons``.
        label: its name.
        template: shows what was sent, inside a card; gets ``portal``, ``submission`` and what
            ``details`` returns.
        details: returns what the template needs to know of a submission.
        divisions: returns an expression for the divisions that a query's submission of this kind is about;
            None when the kind is about none.
        words: what the pages say of it.

    """

    icon: str
    label: str | Promise
    template: str
    details: Callable[[Submission], Mapping[str, object]]
    divisions: Callable[[OuterRef], Subquery] | None = None
    words: Words = OF_DETAILS


def _readings(submission: Submission) -> Mapping[str, object]:
    readings = submitted_readings(submission)
    return {
        "readings": readings,
        "photos": photos_of(readings),
        "has_replaced": replaces_readings(submission),
    }


def _advance_payments(submission: Submission) -> Mapping[str, object]:
    amounts = wanted_amounts(submission)
    return {"amounts": amounts, "change": amounts[0].change, "totals": totals_of(amounts)}


def _address(submission: Submission) -> Mapping[str, object]:
    return {"address": submitted_address(submission)}


def _bank_account(submission: Submission) -> Mapping[str, object]:
    change, accounts = sent_change(submission)
    return {"change": change, "accounts": accounts}


def _contact(submission: Submission) -> Mapping[str, object]:
    sent = sent_message(submission)
    return {"message": sent.message, "thread": sent.message.thread, "phone": sent.phone}


KINDS: Mapping[str, ShownKind] = {
    Submission.Kind.METER_READING: ShownKind(
        "gauge", _("Zählerstand"), "selfservice/readings/details.html", _readings, divisions_sent
    ),
    Submission.Kind.ADVANCE_PAYMENT: ShownKind(
        "wallet",
        _("Abschlag"),
        "selfservice/advance_payments/details.html",
        _advance_payments,
        divisions_changed,
    ),
    Submission.Kind.ADDRESS_CHANGE: ShownKind(
        "map-pin", _("Rechnungsadresse"), "selfservice/address/details.html", _address
    ),
    Submission.Kind.BANK_CHANGE: ShownKind(
        "landmark", _("Bankverbindung"), "selfservice/bank_account/details.html", _bank_account
    ),
    Submission.Kind.CONTACT_MESSAGE: ShownKind(
        "message-square",
        _("Nachricht"),
        "selfservice/contact/details.html",
        _contact,
        words=OF_A_MESSAGE,
    ),
}


def kinds_open_to(hold: Hold | None) -> Collection[str]:
    """Return the kinds of submissions that a grant shows; a restricted one is for readings alone.

    Whoever won it by a meter number must not read, answer or take back what an earlier holder of the customer
    sent: messages, addresses, bank accounts (security.md A1, A4).
    """
    return (Submission.Kind.METER_READING,) if hold else KINDS.keys()
