"""The form for the billing address (guide lines 48 to 52; ux.md C11).

The names of the fields are those of the exchange format. None contains "code" or "password", so that all but
the password outlive a session that times out (``identity.kept_forms``).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kundenportal.addresses.rules import (
    Address,
    Refusal,
    lacks_house_number,
    plain_city,
    plain_postal_code,
    postal_code_fault,
    refusal_of,
    split_street_line,
)
from kundenportal.core.countries import country_names
from kundenportal.core.email_typos import likely_meant
from kundenportal.core.phone_numbers import is_phone_number
from kundenportal.selfservice.forms.postal_codes import why_no_postal_code
from kundenportal.selfservice.forms.text_fields import text_field
from kundenportal.ui.forms.email_addresses import checked_email
from kundenportal.ui.forms.own_password import OwnPasswordForm

_SALUTATIONS = ("Frau", "Herr", "Divers", "Firma")


class AddressForm(OwnPasswordForm):
    """Who gets the bills, where they go, where we write to, and the password of the login."""

    wrong_password = gettext_lazy("Das Passwort stimmt nicht. Bitte versuchen Sie es noch einmal.")

    anrede = forms.ChoiceField(
        label=gettext_lazy("Anrede"),
        required=False,
        widget=forms.Select({"class": "eingabe--mittel", "autocomplete": "honorific-prefix"}),
    )
    vorname = text_field(gettext_lazy("Vorname"), 120, "given-name")
    name = text_field(
        gettext_lazy("Name/Firma"),
        200,
        "family-name",
        gettext_lazy("Bitte geben Sie Ihren Namen oder Ihre Firma ein."),
    )
    strasse = text_field(
        gettext_lazy("Straße und Hausnummer"),
        120,
        "address-line1",
        gettext_lazy("Bitte geben Sie Straße und Hausnummer ein, zum Beispiel Lindenstraße 12."),
    )
    adresszusatz = text_field(gettext_lazy("Adresszusatz"), 120, "address-line2")
    plz = text_field(
        gettext_lazy("Postleitzahl"),
        12,
        "postal-code",
        gettext_lazy(
            "Bitte geben Sie die Postleitzahl ein, zum Beispiel 91560. "
            "Gibt es in Ihrem Land keine, tragen Sie einen Strich ein."
        ),
        attrs={"class": "eingabe--mittel"},
    )
    ort = text_field(
        gettext_lazy("Ort"),
        120,
        "address-level2",
        gettext_lazy("Bitte geben Sie den Ort ein, zum Beispiel Musterbach."),
    )
    land = forms.ChoiceField(
        label=gettext_lazy("Land"),
        widget=forms.Select({"autocomplete": "country"}),
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie das Land."),
            "invalid_choice": gettext_lazy("Bitte wählen Sie ein Land aus der Liste."),
        },
    )
    telefon = text_field(
        gettext_lazy("Telefon"), 60, "tel", widget=forms.TelInput, attrs={"class": "eingabe--mittel"}
    )
    kontakt_email = text_field(
        gettext_lazy("E-Mail für Kontakt"),
        320,
        "email",
        gettext_lazy("Bitte geben Sie die E-Mail-Adresse ein, an die wir Ihnen schreiben dürfen."),
        widget=forms.EmailInput,
        attrs={"spellcheck": "false"},
        help_text=gettext_lazy(
            "An diese Adresse schreiben wir Ihnen zu Rechnung und Vertrag. "
            "Sie kann anders sein als die E-Mail für Ihren Login."
        ),
    )
    field_order = (
        "anrede",
        "vorname",
        "name",
        "strasse",
        "adresszusatz",
        "plz",
        "ort",
        "land",
        "telefon",
        "kontakt_email",
        "current_password",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        present: Address,
        initial: Mapping[str, str] | None = None,
        asks_password: bool = True,
    ) -> None:
        """Prepare the form.

        Args:
            data: what was sent.
            present: the address the master data have; it fills the form unless ``initial`` does.
            initial: what was typed before.
            asks_password: whether the password is needed; a passkey may take its place.

        """
        super().__init__(data, initial=dict(initial or _fields_of(present)))
        self._present = present
        self._choices("anrede", [("", _("keine Angabe")), *((each, each) for each in _SALUTATIONS)])
        self._choices("land", country_names(get_language() or "de").items())
        if asks_password:
            self.fields["current_password"].help_text = gettext_lazy("Zu Ihrer Sicherheit")
        else:
            del self.fields["current_password"]

    def _choices(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        """Offer choices, and what the master data say if it is none of them."""
        present, known = _fields_of(self._present)[name], dict(choices)
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(({present: present} | known if present not in known else known).items())

    def clean(self) -> dict[str, Any]:
        """Judge what depends on the country, and refuse an address that is the present one."""
        typed = super().clean() or self.cleaned_data
        country = typed.get("land", "DE")
        if "plz" in typed:
            typed["plz"] = plain_postal_code(typed["plz"])
            if fault := postal_code_fault(typed["plz"], country):
                self.add_error("plz", why_no_postal_code(fault, typed["plz"], country))
        if "ort" in typed:
            typed["ort"] = plain_city(typed["ort"], typed.get("plz", "")) or typed["ort"]
        if not self.errors and _is_present(self._present, self.address()):
            self.add_error(None, _("Sie haben noch nichts geändert."))
        return typed

    def clean_telefon(self) -> str:
        """Return a telephone number, or what the master data have in its place."""
        phone: str = self.cleaned_data["telefon"]
        if phone and phone != self._present.phone and not is_phone_number(phone):
            raise ValidationError(_("Bitte geben Sie eine Telefonnummer ein, zum Beispiel 09872 123456."))
        return phone

    def clean_kontakt_email(self) -> str:
        """Return the canonical address."""
        typed: str = self.cleaned_data["kontakt_email"]
        return checked_email(typed)

    def address(self) -> Address:
        """Return the address of a valid form."""
        values = {name: " ".join(str(value).split()) for name, value in self.cleaned_data.items()}
        street, number = split_street_line(values["strasse"], values["land"])
        return Address(
            salutation=values["anrede"],
            first_name=values["vorname"],
            last_name=values["name"],
            street=street,
            house_number=number,
            supplement=values["adresszusatz"],
            postal_code=values["plz"],
            city=values["ort"],
            country=values["land"],
            phone=values["telefon"],
            contact_email=values["kontakt_email"],
        )

    def as_draft(self) -> dict[str, str]:
        """Return what a valid form holds, to be shown and sent later; never the password."""
        return _fields_of(self.address())

    @property
    def lacks_house_number(self) -> bool:
        """Whether a valid form has no house number where there usually is one."""
        return lacks_house_number(self.address())

    @property
    def email_hint(self) -> str | None:
        """The contact address that was probably meant, when the typed one looks like a slip."""
        return likely_meant(self.address().contact_email)


def _fields_of(address: Address) -> dict[str, str]:
    return {
        "anrede": address.salutation,
        "vorname": address.first_name,
        "name": address.last_name,
        "strasse": address.street_line,
        "adresszusatz": address.supplement,
        "plz": address.postal_code,
        "ort": address.city,
        "land": address.country,
        "telefon": address.phone,
        "kontakt_email": address.contact_email,
    }


def _is_present(present: Address, new: Address) -> bool:
    refusal = refusal_of(present, new, has_ended=False, has_open_change=False)
    return refusal is Refusal.UNCHANGED
