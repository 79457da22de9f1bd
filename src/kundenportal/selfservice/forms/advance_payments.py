"""Changing advance payments (ux.md C10; guide lines 40 to 46)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.advance_payments.forecast import Balance, Forecast
from kundenportal.advance_payments.models import WantedAmount
from kundenportal.advance_payments.rules import (
    AllowedRange,
    CurrentAmount,
    Refusal,
    allowed_range,
    offered_dates,
    refuse_amount,
)
from kundenportal.advance_payments.selectors import PaymentPlan
from kundenportal.core.german_numbers import InvalidNumber, format_number, parse_number
from kundenportal.customers.models import Division
from kundenportal.ui.templatetags.portal import date_long, money

DATE, COMMENT = "aenderungsdatum", "kommentar"
COMMENT_MAX_LENGTH = 500
_WHOLE_DIGITS = 8
"""More digits before the comma are no amount anybody pays in a month."""


class AmountField(forms.CharField):
    """An amount in euros, as people in Germany type it."""

    def __init__(self, current: CurrentAmount, allowed: AllowedRange) -> None:
        low, high = format_number(allowed.low, 2), money(allowed.high)
        super().__init__(
            label=gettext_lazy("Gewünschter Abschlagsbetrag (€)"),
            initial=format_number(current.amount, 2),
            help_text=_("Möglich: %(low)s bis %(high)s") % {"low": low, "high": high},
            error_messages={"required": _why_no_amount()},
            widget=forms.TextInput(
                {
                    "class": "eingabe--betrag",
                    "inputmode": "decimal",
                    "autocomplete": "off",
                    "data-current": str(current.amount),
                    "data-low": str(allowed.low),
                    "data-high": str(allowed.high),
                }
            ),
        )
        self.template_name = "ui/fields/money.html"
        self.summary_prefix = Division(current.division).label

    def clean(self, value: Any) -> Decimal:
        """Return the amount.

        Raises:
            ValidationError: when it is none, or has more than two digits after the comma.

        """
        text = str(super().clean(value)).removesuffix("€").removesuffix("EUR")
        try:
            amount = parse_number(text)
        except InvalidNumber as error:
            raise ValidationError(_why_no_amount()) from error
        if amount.adjusted() >= _WHOLE_DIGITS:
            raise ValidationError(_why_no_amount())
        if amount != round(amount, 2):
            raise ValidationError(
                _("Bitte geben Sie höchstens zwei Stellen nach dem Komma ein, zum Beispiel 92,00.")
            )
        return round(amount, 2)


@dataclass(frozen=True)
class Row:
    """One division on the page: what is paid now, what is proposed, and the field for the new amount."""

    current: CurrentAmount
    field: forms.BoundField
    allowed: AllowedRange
    forecast: Forecast | None
    wanted: Decimal
    refusal: Refusal | None

    @property
    def proposal(self) -> Decimal | None:
        """What the utility proposes, None when the readings do not tell."""
        return self.forecast.proposal(self.allowed) if self.forecast else None

    @property
    def balance(self) -> Balance | None:
        """What a year with the amount in the field would end with."""
        return self.forecast.balance(self.wanted) if self.forecast else None


class AdvancePaymentForm(forms.Form):
    """A new amount for each division, the day it begins, and why."""

    def __init__(
        self,
        plan: PaymentPlan,
        *,
        today: dt.date,
        forecasts: Mapping[str, Forecast],
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial) if initial else None)
        self.plan, self._forecasts = plan, forecasts
        self._policy = settings.UTILITY.advance_payments
        self.refusals: dict[str, Refusal] = {}
        for each in plan.current:
            self.fields[_name(each)] = AmountField(each, allowed_range(each, self._policy))
        self.fields[DATE] = _date_field(offered_dates(today, self._policy))
        self.fields[COMMENT] = _comment_field()

    def clean(self) -> dict[str, Any]:
        """Add what the rule says of the amounts."""
        for each in self.plan.current:
            amount = self.cleaned_data.get(_name(each))
            if amount is None:
                continue
            if refusal := refuse_amount(amount, each, self._policy):
                self.refusals[each.division] = refusal
                self.add_error(_name(each), _why_refused(refusal, amount, each, self._policy))
        wanted = [self.cleaned_data.get(_name(each)) for each in self.plan.current]
        if wanted == [each.amount for each in self.plan.current]:
            self.add_error(None, _("Sie haben noch keinen Betrag geändert."))
        return self.cleaned_data

    def rows(self) -> Iterator[Row]:
        """Return the divisions in their order."""
        for each in self.plan.current:
            yield Row(
                current=each,
                field=self[_name(each)],
                allowed=allowed_range(each, self._policy),
                forecast=self._forecasts.get(each.division),
                wanted=self._typed(each),
                refusal=self.refusals.get(each.division),
            )

    @property
    def total(self) -> Decimal:
        """What all divisions come to; where an amount is refused, the current one stays."""
        return sum((self._asked_for(each) for each in self.plan.current), Decimal(0))

    def amounts(self) -> dict[str, Decimal]:
        """Return the amounts of a valid form by division."""
        return {each.division: self.cleaned_data[_name(each)] for each in self.plan.current}

    def lines(self) -> list[WantedAmount]:
        """Return what a valid form would store, for the check page; nothing is stored."""
        return [
            WantedAmount(
                division=each.division,
                amount=self.cleaned_data[_name(each)],
                previous_amount=each.amount,
            )
            for each in self.plan.current
        ]

    def as_draft(self) -> dict[str, str]:
        """Return what was typed, field by field."""
        return {name: str(self[name].data or "") for name in self.fields}

    def _asked_for(self, current: CurrentAmount) -> Decimal:
        """Return the amount in a field when it is possible, else the current one."""
        amount = self._typed(current)
        return current.amount if refuse_amount(amount, current, self._policy) else amount

    def _typed(self, current: CurrentAmount) -> Decimal:
        """Return the amount in a field; while there is none, the current one."""
        try:
            amount: Decimal = self.fields[_name(current)].clean(self[_name(current)].value())
        except ValidationError:
            return current.amount
        return amount


def _name(current: CurrentAmount) -> str:
    return f"betrag-{current.division}"


def _date_field(dates: tuple[dt.date, ...]) -> forms.TypedChoiceField:
    missing = _("Bitte wählen Sie, ab wann der neue Abschlag gelten soll.")
    return forms.TypedChoiceField(
        label=_("Gewünschtes Änderungsdatum"),
        help_text=_("Ein neuer Abschlag gilt immer ab dem Ersten eines Monats."),
        choices=[("", _("Bitte wählen")), *((each.isoformat(), date_long(each)) for each in dates)],
        coerce=dt.date.fromisoformat,
        initial=dates[0].isoformat(),
        widget=forms.Select({"class": "eingabe--mittel"}),
        error_messages={"required": missing, "invalid_choice": missing},
    )


def _comment_field() -> forms.CharField:
    return forms.CharField(
        label=_("Änderungskommentar"),
        help_text=_("Ein kurzer Grund genügt, zum Beispiel „Auszug eines Kindes“."),
        widget=forms.Textarea({"rows": "3"}),
        validators=[_not_too_long],
        error_messages={
            "required": _("Bitte nennen Sie kurz den Grund, zum Beispiel „Auszug eines Kindes“.")
        },
    )


def _not_too_long(text: str) -> None:
    if (excess := len(text) - COMMENT_MAX_LENGTH) > 0:
        raise ValidationError(_("Der Kommentar ist %(excess)s Zeichen zu lang.") % {"excess": excess})


def _why_no_amount() -> str:
    return _("Bitte geben Sie einen Betrag ein, zum Beispiel 92,00.")


def _why_refused(refusal: Refusal, amount: Decimal, current: CurrentAmount, policy: Any) -> str:
    allowed = allowed_range(current, policy)
    words = {"amount": money(amount), "division": Division(current.division).label}
    if refusal == Refusal.TOO_LOW:
        text = _(
            "%(amount)s sind zu niedrig. Für %(division)s sind mindestens %(limit)s möglich, damit am "
            "Jahresende keine hohe Nachzahlung entsteht."
        )
        return text % {**words, "limit": money(allowed.low)}
    text = _(
        "%(amount)s sind zu hoch. Für %(division)s sind höchstens %(limit)s möglich, damit Sie uns nicht zu "
        "viel im Voraus zahlen."
    )
    return text % {**words, "limit": money(allowed.high)}
