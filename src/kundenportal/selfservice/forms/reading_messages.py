"""What the entry page says beside a field when a reading cannot be taken (ux.md C5)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundenportal.core.dates import format_date_short
from kundenportal.metering.rules import NewReading, Refusal
from kundenportal.metering.to_read import RegisterToRead
from kundenportal.metering.usual_range import PastReading
from kundenportal.ui.templatetags.portal import date_long, quantity

DATE_REFUSALS = frozenset(
    {Refusal.DATE_IN_FUTURE, Refusal.DATE_TOO_OLD, Refusal.BEFORE_CONTRACT, Refusal.AFTER_CONTRACT}
)
"""Refusals that concern the date alone, whatever was typed for a meter."""


def nothing_entered() -> str:
    """Say that no value was typed at all."""
    return _("Bitte tragen Sie mindestens einen Zählerstand ein.")


def not_a_number(*, with_decimals: bool = False) -> str:
    """Say what a value looks like."""
    if with_decimals:
        return _("Bitte geben Sie nur Ziffern und ein Komma ein, zum Beispiel 12,345.")
    return _("Bitte geben Sie nur Ziffern ein, zum Beispiel 24318.")


def not_a_date(today: dt.date) -> str:
    """Say what a date looks like."""
    return _("Bitte geben Sie das Datum so ein: TT.MM.JJJJ, zum Beispiel %(example)s.") % {
        "example": format_date_short(today)
    }


def in_future(date: dt.date) -> str:
    """Say that a day has not come yet."""
    return _(
        "Der %(date)s liegt in der Zukunft. Bitte geben Sie den Tag ein, an dem Sie abgelesen haben."
    ) % {"date": date_long(date)}


def too_old(max_age_days: int) -> str:
    """Say that a day is too long ago, and since when it would not be."""
    weeks, days = divmod(max_age_days, 7)
    age = (
        ngettext("%(count)d Tag", "%(count)d Tage", max_age_days) % {"count": max_age_days}
        if days
        else ngettext("%(count)d Woche", "%(count)d Wochen", weeks) % {"count": weeks}
    )
    return _("Das Datum liegt mehr als %(age)s zurück. Bitte lesen Sie heute noch einmal ab.") % {"age": age}


def remark_too_long(excess: int) -> str:
    """Say by how much a remark is too long."""
    return ngettext(
        "Die Bemerkung ist %(count)d Zeichen zu lang.", "Die Bemerkung ist %(count)d Zeichen zu lang.", excess
    ) % {"count": excess}


def refused(
    refusal: Refusal,
    reading: NewReading,
    register: RegisterToRead,
    *,
    last: PastReading | None,
    today: dt.date,
    max_age_days: int,
) -> str:
    """Say why a reading is impossible and what to do.

    Args:
        refusal: what the rule says.
        reading: what was typed.
        register: the register it was typed for.
        last: the reading that the rule held it against; a value that is being replaced is none.
        today: the utility's local date.
        max_age_days: how many days ago a reading may have been taken.

    """
    case = _Case(reading, register, last, today, max_age_days)
    return _SENTENCES.get(refusal, _not_after_last)(case)


@dataclass(frozen=True)
class _Case:
    """What a sentence may speak of."""

    reading: NewReading
    register: RegisterToRead
    last: PastReading | None
    today: dt.date
    max_age_days: int

    @property
    def last_quantity(self) -> str:
        """What the counter showed last."""
        value = self.last.value if self.last else Decimal(0)
        return quantity(self.register.facts.as_read(value), self.register.facts.unit)


def _before_contract(case: _Case) -> str:
    return _(
        "Der Vertrag für diese Verbrauchsstelle gilt ab dem %(date)s. Bitte geben Sie diesen Tag oder einen "
        "späteren ein."
    ) % {"date": date_long(case.register.facts.contract_begin or case.reading.date)}


def _after_contract(case: _Case) -> str:
    return _(
        "Der Vertrag für diese Verbrauchsstelle endete am %(date)s. Bitte geben Sie diesen Tag oder einen "
        "früheren ein."
    ) % {"date": date_long(case.register.facts.contract_end or case.reading.date)}


def _before_installation(case: _Case) -> str:
    return _("Der Zähler wurde erst am %(date)s eingebaut. Bitte geben Sie ein späteres Datum ein.") % {
        "date": date_long(case.register.facts.installed_date or case.reading.date)
    }


def _not_after_last(case: _Case) -> str:
    return _("Für den %(date)s liegt schon ein Zählerstand vor. Bitte geben Sie ein späteres Datum ein.") % {
        "date": date_long(case.last.date if case.last else case.reading.date)
    }


def _too_many_digits(case: _Case) -> str:
    facts = case.register.facts
    text = _("Sie haben %(typed)d Ziffern eingegeben. Ihr Zähler hat %(digits)d Ziffern vor dem Komma.")
    question = (
        _("Haben Sie die roten Ziffern mit eingegeben?")
        if facts.decimal_digits and not facts.wanted_decimals
        else _("Bitte lesen Sie noch einmal ab.")
    )
    return f"{text % {'typed': case.reading.typed_digits or 0, 'digits': facts.integer_digits}} {question}"


def _lower_than_last(case: _Case) -> str:
    return _(
        "%(new)s ist kleiner als der letzte Stand (%(last)s). Bitte lesen Sie noch einmal ab. Wurde der "
        "Zähler getauscht? Dann schreiben Sie uns das als Bemerkung."
    ) % {"new": quantity(case.reading.value, case.register.facts.unit), "last": case.last_quantity}


def _already_sent(case: _Case) -> str:
    if case.reading.date == case.today:
        text = _("Sie haben heute schon %(sent)s gemeldet. Möchten Sie diesen Stand ersetzen?")
        return text % {"sent": case.last_quantity}
    text = _("Sie haben für den %(date)s schon %(sent)s gemeldet. Möchten Sie diesen Stand ersetzen?")
    return text % {"date": date_long(case.reading.date), "sent": case.last_quantity}


_SENTENCES: dict[Refusal, Callable[[_Case], str]] = {
    Refusal.DATE_IN_FUTURE: lambda case: in_future(case.reading.date),
    Refusal.DATE_TOO_OLD: lambda case: too_old(case.max_age_days),
    Refusal.BEFORE_CONTRACT: _before_contract,
    Refusal.AFTER_CONTRACT: _after_contract,
    Refusal.BEFORE_INSTALLATION: _before_installation,
    Refusal.TOO_MANY_DIGITS: _too_many_digits,
    Refusal.LOWER_THAN_LAST: _lower_than_last,
    Refusal.ALREADY_SENT: _already_sent,
}
