"""Asking for access data."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from kundenportal.core.email_typos import likely_meant
from kundenportal.core.names import name_key
from kundenportal.selfservice.forms.customer_numbers import CustomerNumberForm
from kundenportal.ui.forms.email_addresses import checked_email


class RegistrationForm(CustomerNumberForm):
    """The three fields of the guide (line 5): customer number, name, e-mail address."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Vor- und Nachname oder Firma, wie auf der Rechnung"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": gettext_lazy("Bitte geben Sie Ihren Namen ein."),
            "max_length": gettext_lazy("Der Name ist zu lang. Bitte kürzen Sie ihn auf 200 Zeichen."),
        },
    )
    email = forms.CharField(
        label=gettext_lazy("E-Mail-Adresse"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("Bitte geben Sie Ihre E-Mail-Adresse ein."),
            "max_length": gettext_lazy("Die E-Mail-Adresse ist zu lang. Sie hat höchstens 254 Zeichen."),
        },
    )

    def clean_name(self) -> str:
        """Return the name as typed; it must hold a letter."""
        typed: str = self.cleaned_data["name"]
        if not name_key(typed):
            raise ValidationError(self.fields["name"].error_messages["required"])
        return typed

    def clean_email(self) -> str:
        """Return the canonical address."""
        typed: str = self.cleaned_data["email"]
        return checked_email(typed)

    @property
    def email_hint(self) -> str | None:
        """The address that was probably meant, until the typed one is sent again."""
        email: str = self.cleaned_data["email"] if self.is_bound and self.is_valid() else ""
        return likely_meant(email) if email != self.data.get("email_confirmed") else None
