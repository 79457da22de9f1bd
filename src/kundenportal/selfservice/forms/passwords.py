"""Setting the first password, with the proof a registration may still be asked for."""

from django import forms
from django.utils.translation import gettext_lazy

from kundenportal.ui.forms.passwords import NewPasswordForm


class MeterProofForm(NewPasswordForm):
    """A new password, and the number of one of the customer's meters."""

    meter_number = forms.CharField(
        label=gettext_lazy("Zählernummer eines Ihrer Zähler"),
        help_text=gettext_lazy("Sie steht auf dem Zähler neben dem Strichcode und auf Ihrer Abrechnung."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": gettext_lazy("Bitte geben Sie die Zählernummer eines Ihrer Zähler ein."),
        },
    )
    field_order = ("meter_number", "password", "password_repeat")


class LetterProofForm(NewPasswordForm):
    """A new password, and the code of the letter."""

    letter_code = forms.CharField(
        label=gettext_lazy("Freischaltcode aus dem Brief"),
        help_text=gettext_lazy("10 Zeichen, zum Beispiel 7KQ2M-9XW4T"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Bitte geben Sie den Freischaltcode aus dem Brief ein.")},
    )
    field_order = ("letter_code", "password", "password_repeat")
