"""Searching for a customer."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CustomerSearchForm(forms.Form):
    """What is known of the customer. It travels in the address."""

    hides_stars = True

    suche = forms.CharField(
        label=_("Kunde suchen"),
        help_text=_("Kundennummer, Name, Anschrift, Zählernummer oder E-Mail-Adresse"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Bitte geben Sie ein, was Sie vom Kunden wissen."),
            "max_length": _("Das ist zu lang. Erlaubt sind %(limit_value)s Zeichen."),
        },
    )
