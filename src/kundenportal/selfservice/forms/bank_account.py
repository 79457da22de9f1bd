"""The forms for bank accounts: changing them, and ending the direct debit (guide lines 54 to 58; ux.md C12).

None of the names contains "code" or "password" but that of the password, so that all else outlives a session
that times out (``identity.kept_forms``).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.banking.bank_days import latest_debit
from kundenportal.banking.rules import AccountWish
from kundenportal.banking.selectors import AccountState, AccountStates
from kundenportal.core.dates import InvalidDate, format_date_short, parse_date
from kundenportal.customers.models import Customer, Premise
from kundenportal.selfservice.forms.bank_sections import AccountSection
from kundenportal.ui.forms.own_password import OwnPasswordForm
from kundenportal.ui.templatetags.portal import date_long
from kundenportal.ui.widgets import DateTextInput

DATE, ACCOUNTS = "aenderungsdatum", "konten"


class ChangeDateField(forms.CharField):
    """The day from which a change holds, typed or chosen."""

    def __init__(self, earliest: dt.date) -> None:
        self._earliest, self._latest = earliest, latest_debit(earliest)
        super().__init__(
            label=gettext_lazy("Änderungsdatum"),
            initial=format_date_short(earliest),
            help_text=_("Frühestens %(date)s.") % {"date": date_long(earliest)},
            max_length=40,
            error_messages={"required": self._why_too_early()},
            widget=DateTextInput({"data-min": earliest.isoformat(), "data-max": self._latest.isoformat()}),
        )

    def clean(self, value: Any) -> dt.date:
        """Return the day.

        Raises:
            ValidationError: when it is none, too early, or more than a year away.

        """
        try:
            date = parse_date(str(super().clean(value)), today=self._earliest)
        except InvalidDate as error:
            example = {"example": format_date_short(self._earliest)}
            raise ValidationError(
                _("Bitte geben Sie das Datum so ein: TT.MM.JJJJ, zum Beispiel %(example)s.") % example
            ) from error
        if date < self._earliest:
            raise ValidationError(self._why_too_early())
        if date > self._latest:
            told = _("Bitte wählen Sie ein Datum bis zum %(date)s.")
            raise ValidationError(told % {"date": date_long(self._latest)})
        return date

    def _why_too_early(self) -> str:
        told = _(
            "Bitte wählen Sie einen Tag ab dem %(date)s. "
            "Bis wir abbuchen können, dauert es %(days)d Bankarbeitstage."
        )
        days = settings.UTILITY.banking.lead_bank_days
        return told % {"date": date_long(self._earliest), "days": days}


class BankForm(OwnPasswordForm):
    """What changing accounts and ending direct debits have in common: the day, the password, the wishes."""

    wrong_password = gettext_lazy("Das Passwort stimmt nicht. Bitte versuchen Sie es noch einmal.")

    def add_date_and_password(self, earliest: dt.date, *, asks_password: bool) -> None:
        """Add the day, and put the password last, or leave it out when something else proves who sends."""
        self.fields[DATE] = ChangeDateField(earliest)
        password = self.fields.pop("current_password")
        if asks_password:
            password.help_text = gettext_lazy("Zu Ihrer Sicherheit")
            self.fields["current_password"] = password

    def wishes(self) -> list[AccountWish]:
        """Return what a valid form wants, the common account first."""
        raise NotImplementedError

    @property
    def valid_from(self) -> dt.date:
        """The day of a valid form."""
        date: dt.date = self.cleaned_data[DATE]
        return date

    def as_draft(self) -> dict[str, str]:
        """Return what was typed, field by field, without the password."""
        names = [name for name in self.fields if name != "current_password"]
        return {name: _as_text(self[name].data) for name in names}


class BankAccountForm(BankForm):
    """The common account, and a different one per premise for customers with several."""

    def __init__(
        self,
        data: Any = None,
        *,
        customer: Customer,
        premise: Premise,
        states: AccountStates,
        earliest: dt.date,
        bank_url: str,
        initial: Mapping[str, str] | None = None,
        asks_password: bool = True,
    ) -> None:
        """Prepare the form.

        Args:
            data: what was sent.
            customer: whose accounts they are.
            premise: the place of consumption in view.
            states: the accounts as they stand; those with an open change are left out.
            earliest: the first day that may be chosen.
            bank_url: where a script may ask for the name of a German bank.
            initial: what was typed before.
            asks_password: whether the password is needed; a passkey may take its place.

        """
        super().__init__(data, initial=dict(initial or {}))
        self.bank_url = bank_url
        shown = states.offered(premise)
        self.is_alone = not shown
        self.common = AccountSection(self, states.common, customer, is_alone=self.is_alone)
        self.premises = [AccountSection(self, state, customer, is_alone=False) for state in shown]
        for section in self._open_sections():
            self.fields.update(section.fields())
        self.add_date_and_password(earliest, asks_password=asks_password)

    def clean(self) -> dict[str, Any]:
        """Judge each section, and ask for an account when none is wanted."""
        typed = super().clean() or self.cleaned_data
        for section in self._open_sections():
            section.clean()
        if not self.errors and not self.wishes():
            field = self.common.iban.name if not self.common.state.waiting else None
            self.add_error(
                field, _("Bitte geben Sie ein neues Konto ein, oder wählen Sie eine Verbrauchsstelle.")
            )
        return typed

    def wishes(self) -> list[AccountWish]:
        """Return what a valid form wants, the common account first."""
        found = (section.wish() for section in self._open_sections())
        return [wish for wish in found if wish is not None]

    def _open_sections(self) -> list[AccountSection]:
        return [each for each in (self.common, *self.premises) if not each.state.waiting]


class EndDirectDebitForm(BankForm):
    """Which accounts shall be debited no more; who has one is not asked which."""

    def __init__(
        self,
        data: Any = None,
        *,
        states: AccountStates,
        earliest: dt.date,
        initial: Mapping[str, str] | None = None,
        asks_password: bool = True,
    ) -> None:
        super().__init__(_with_list(data), initial=_with_list(initial))
        self.debited = [state for state in states.debited if not state.waiting]
        if len(self.debited) > 1:
            self.fields[ACCOUNTS] = self._which_field()
        self.add_date_and_password(earliest, asks_password=asks_password)

    def wishes(self) -> list[AccountWish]:
        """Return the accounts that are given up."""
        chosen = self.cleaned_data.get(ACCOUNTS)
        return [
            AccountWish(state.premise.pk if state.premise else None)
            for state in self.debited
            if chosen is None or _key_of(state) in chosen
        ]

    def _which_field(self) -> forms.MultipleChoiceField:
        return forms.MultipleChoiceField(
            label=gettext_lazy("Welche Lastschrift möchten Sie beenden?"),
            choices=[(_key_of(state), _name_of(state)) for state in self.debited],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": gettext_lazy("Bitte wählen Sie mindestens ein Konto.")},
        )


def _key_of(state: AccountState) -> str:
    return state.premise.public_id if state.premise else "gemeinsam"


def _name_of(state: AccountState) -> str:
    facts = {"account": state.account, "place": state.premise.street_line if state.premise else ""}
    if state.premise:
        return _("%(account)s, eigenes Konto für %(place)s") % facts
    return _("%(account)s, gemeinsames Konto") % facts


def _with_list(values: Any) -> Any:
    """Return a draft with its joined list as one; what a browser sent is one already."""
    if not values or isinstance(values, QueryDict):
        return values
    return dict(values) | ({ACCOUNTS: values[ACCOUNTS].split(",")} if values.get(ACCOUNTS) else {})


def _as_text(value: Any) -> str:
    """Return a field's data as a draft keeps it: lists joined, ticks as a browser sends them."""
    if isinstance(value, list):
        return ",".join(value)
    return "on" if value is True else str(value or "")
