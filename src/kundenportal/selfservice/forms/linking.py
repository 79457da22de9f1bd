"""Linking a further customer account (guide lines 68 to 73; ux.md K1)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kundenportal.selfservice.forms.customer_numbers import CustomerNumberForm
from kundenportal.ui.forms.own_password import OwnPasswordForm


class LinkForm(CustomerNumberForm):
    """Number and meter of the account to link."""

    meter_number = forms.CharField(
        label=_("Zählernummer"),
        help_text=_("Sie steht auf dem Zähler neben dem Strichcode und auf der Abrechnung."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Bitte geben Sie die Nummer eines Zählers ein.")},
    )


class ConfirmLinkForm(forms.Form):
    """Nothing but the wish to link."""


class OtherPasswordForm(forms.Form):
    """The password of the login that holds the account."""

    password = forms.CharField(
        label=_("Passwort dieses Kundenkontos"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Bitte geben Sie das Passwort dieses Kundenkontos ein.")},
    )


class LetterCodeForm(forms.Form):
    """The code of a letter."""

    letter_code = forms.CharField(
        label=_("Freischaltcode aus dem Brief"),
        help_text=_("10 Zeichen, zum Beispiel 7KQ2M-9XW4T"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Bitte geben Sie den Freischaltcode aus dem Brief ein.")},
    )


class DeleteLoginForm(OwnPasswordForm):
    """The password, and a tick, so that nobody deletes his login by accident."""

    is_sure = forms.BooleanField(
        label=_("Ja, ich möchte meinen Online-Zugang löschen."),
        error_messages={"required": _("Bitte bestätigen Sie, dass Sie Ihren Online-Zugang löschen möchten.")},
    )
    field_order = ("is_sure", "current_password")
