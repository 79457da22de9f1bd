"""The part of the form for one account: the common one, or that of one premise (ux.md C12)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.banking.banks import bank_of
from kundenportal.banking.rules import MOST_HOLDER_LETTERS, AccountWish, is_for_somebody_else
from kundenportal.banking.selectors import AccountState
from kundenportal.core.ibans import EEA, InvalidIban, parse_iban
from kundenportal.customers.models import Customer, Premise
from kundenportal.selfservice.forms.ibans import BicField, IbanField

HOLDER, IBAN, BIC, AUTHORISED, CONSENT, OWN = (
    "kontoinhaber",
    "iban",
    "bic",
    "bevollmaechtigt",
    "einwilligung",
    "eigene",
)
NEW, BACK = "neu", "gemeinsam"
"""What may become of a premise's own account; empty for nothing."""


class AccountSection:
    """The fields of one account: who holds it, its IBAN, and the consent to its mandate.

    BIC and authority are asked for when they are needed only; what was typed tells.
    """

    def __init__(self, form: forms.Form, state: AccountState, customer: Customer, *, is_alone: bool) -> None:
        """Describe the section; ``fields`` adds what it needs to the form.

        Args:
            form: the form it is part of.
            state: the account as it stands.
            customer: whose it is.
            is_alone: whether the customer has no other account that could be meant.

        """
        self.state, self._form, self._customer = state, form, customer
        self._is_alone = is_alone
        self._suffix = f"-{state.premise.public_id}" if state.premise else ""

    @property
    def premise(self) -> Premise | None:
        """The premise it is for; None for the common account."""
        return self.state.premise

    @property
    def holder(self) -> forms.BoundField:
        """Who holds the account."""
        return self._bound(HOLDER)

    @property
    def iban(self) -> forms.BoundField:
        """The IBAN."""
        return self._bound(IBAN)

    @property
    def bic(self) -> forms.BoundField | None:
        """The BIC, where it is needed."""
        return self._bound(BIC) if self._name(BIC) in self._form.fields else None

    @property
    def authorised(self) -> forms.BoundField | None:
        """Whether the customer may give the mandate for somebody else's account, where it is."""
        return self._bound(AUTHORISED) if self._name(AUTHORISED) in self._form.fields else None

    @property
    def consent(self) -> forms.BoundField:
        """The consent to the mandate."""
        return self._bound(CONSENT)

    @property
    def own(self) -> forms.BoundField:
        """What shall become of a premise's own account."""
        return self._bound(OWN)

    @property
    def is_open(self) -> bool:
        """Whether the section is shown open: something was chosen in it."""
        return bool(self._value(OWN)) or any(
            name.endswith(self._suffix) for name in self._form.errors if self._suffix
        )

    def fields(self) -> Mapping[str, forms.Field]:
        """Return the section's fields by name, in their order."""
        found: dict[str, forms.Field] = {}
        if self.premise:
            found[OWN] = self._own_field(self.premise)
        found[HOLDER] = self._holder_field()
        if is_for_somebody_else(
            str(self._value(HOLDER) or self._prefilled_holder),
            first_name=self._customer.first_name,
            last_name=self._customer.last_name,
        ):
            found[AUTHORISED] = _authorised_field()
        found[IBAN] = IbanField(required=self._is_alone, bank_url=self._form.bank_url)  # type: ignore[attr-defined]
        if country := self._country_that_needs_bic():
            found[BIC] = BicField(country)
        found[CONSENT] = _consent_field(is_required=self._is_alone)
        for name in (AUTHORISED, BIC):
            if name in found:
                found[name].required = self._is_alone
        return {self._name(name): field for name, field in found.items()}

    def wish(self) -> AccountWish | None:
        """Return what a valid form wants of this account, None when nothing."""
        premise_id = self.premise.pk if self.premise else None
        if self._cleaned(OWN) == BACK:
            return AccountWish(premise_id)
        if not self._is_wanted():
            return None
        iban = self._cleaned(IBAN)
        bic = self._cleaned(BIC) or (bank_of(iban).bic if iban[:2] not in EEA else "")
        return AccountWish(premise_id, iban=iban, holder=" ".join(self._cleaned(HOLDER).split()), bic=bic)

    def clean(self) -> None:
        """Ask for everything that a section needs once it is wanted; a field tells that it is missing."""
        if not self._is_wanted():
            for name in (HOLDER, IBAN, BIC, AUTHORISED, CONSENT):
                self._form.errors.pop(self._name(name), None)
            return
        if self._name(HOLDER) in self._form.errors:
            # Whose account it is must be known first.
            self._form.errors.pop(self._name(AUTHORISED), None)
            self._form.fields.pop(self._name(AUTHORISED), None)
        for name in (HOLDER, IBAN, BIC, AUTHORISED, CONSENT):
            field = self._form.fields.get(self._name(name))
            is_told = self._name(name) in self._form.errors
            if field is not None and not is_told and not self._cleaned(name):
                self._form.add_error(self._name(name), str(field.error_messages["required"]))

    def _is_wanted(self) -> bool:
        """Tell whether the section asks for a new account."""
        if self.premise:
            return self._cleaned(OWN) in {NEW, True}
        return self._is_alone or bool(str(self._value(IBAN) or "").strip() or self._value(CONSENT))

    def _country_that_needs_bic(self) -> str:
        """Return the country of the typed IBAN when its BIC is needed and not in the register."""
        try:
            iban = parse_iban(str(self._value(IBAN) or ""))
        except InvalidIban:
            return ""
        return iban[:2] if iban[:2] not in EEA and not bank_of(iban).bic else ""

    @property
    def _prefilled_holder(self) -> str:
        account = self.state.account
        return (account.holder if account else "") or self._customer.full_name

    def _holder_field(self) -> forms.CharField:
        return forms.CharField(
            label=gettext_lazy("Kontoinhaber"),
            required=self._is_alone,
            max_length=MOST_HOLDER_LETTERS,
            initial=self._prefilled_holder,
            error_messages={
                "required": gettext_lazy("Bitte geben Sie an, wem das Konto gehört."),
                "max_length": gettext_lazy("Hier passen höchstens %(limit_value)d Zeichen hinein."),
            },
            widget=forms.TextInput({"autocomplete": "name" if self._is_alone else "off"}),
        )

    def _own_field(self, premise: Premise) -> forms.Field:
        if self.state.account is None:
            label = _("Eigene Bankverbindung für %(place)s") % {"place": premise.street_line}
            return forms.BooleanField(label=label, required=False)
        choices = (
            ("", _("Bleibt, wie es ist: %(account)s") % {"account": self.state.account}),
            (NEW, _("Andere eigene Bankverbindung")),
            (BACK, _("Wieder das gemeinsame Konto")),
        )
        label = _("Bankverbindung für %(place)s") % {"place": premise.street_line}
        return forms.ChoiceField(label=label, required=False, choices=choices, widget=forms.RadioSelect)

    def _name(self, name: str) -> str:
        return name + self._suffix

    def _bound(self, name: str) -> forms.BoundField:
        return self._form[self._name(name)]

    def _value(self, name: str) -> Any:
        if self._form.is_bound:
            return self._form.data.get(self._name(name))
        return (self._form.initial or {}).get(self._name(name))

    def _cleaned(self, name: str) -> Any:
        return self._form.cleaned_data.get(self._name(name), "")


def _authorised_field() -> forms.BooleanField:
    missing = gettext_lazy(
        "Das Konto gehört jemand anderem. Bitte bestätigen Sie, dass Sie bevollmächtigt sind, oder "
        "korrigieren Sie den Kontoinhaber."
    )
    return forms.BooleanField(
        label=gettext_lazy("Ich bin Kontoinhaber oder vom Kontoinhaber bevollmächtigt."),
        required=False,
        error_messages={"required": missing},
    )


def _consent_field(*, is_required: bool) -> forms.BooleanField:
    return forms.BooleanField(
        label=gettext_lazy("Einwilligung zum SEPA-Lastschriftverfahren: Ich erteile dieses Mandat."),
        required=is_required,
        error_messages={
            "required": gettext_lazy(
                "Bitte stimmen Sie dem SEPA-Lastschriftverfahren zu. "
                "Ohne Zustimmung können wir nicht abbuchen."
            )
        },
    )
