"""Codes, passkeys and their names."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kundenportal.identity.factors.webauthn import MAX_LENGTH

NAME_LENGTH = 40

CODE_REFUSED = _("Der Code stimmt nicht oder ist abgelaufen. Bitte geben Sie den aktuellen Code ein.")
RECOVERY_CODE_REFUSED = _("Dieser Wiederherstellungscode stimmt nicht oder wurde schon benutzt.")
PASSKEY_REFUSED = _("Der Passkey passt nicht zu Ihrem Zugang. Bitte versuchen Sie es noch einmal.")
TOO_MANY_CODES = _("Zu viele falsche Codes. Bitte warten Sie 15 Minuten.")

_CODE = _("Bitte geben Sie die 6 Ziffern aus Ihrer App ein.")
_MAILED = _("Bitte geben Sie die 6 Ziffern aus der E-Mail ein.")
_RECOVERY_CODE = _("Bitte geben Sie einen Ihrer Wiederherstellungscodes ein.")
_NAME = _("Bitte geben Sie dem Passkey einen Namen.")


class AppCodeForm(forms.Form):
    """Six digits of an authenticator app; plainly required, so there are no stars."""

    hides_stars = True

    code = forms.RegexField(
        r"^\s*(\d\s*){6}$",
        label=_("Code aus Ihrer App"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "eingabe--code"}
        ),
        help_text=_("6 Ziffern"),
        error_messages={"required": _CODE, "invalid": _CODE, "max_length": _CODE},
    )


class AppSetupForm(AppCodeForm):
    """The first code of a new app, with the sealed key that the page showed."""

    setup_token = forms.CharField(widget=forms.HiddenInput, max_length=500)


class DeviceCodeForm(forms.Form):
    """Six digits from a mail; plainly required, so there are no stars."""

    hides_stars = True

    code = forms.RegexField(
        r"^\s*(\d\s*){6}$",
        label=_("Code aus der E-Mail"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "eingabe--code"}
        ),
        help_text=_("6 Ziffern"),
        error_messages={"required": _MAILED, "invalid": _MAILED, "max_length": _MAILED},
    )


class RecoveryCodeForm(forms.Form):
    """A recovery code in any spelling; plainly required, so there are no stars."""

    hides_stars = True

    recovery_code = forms.CharField(
        label=_("Wiederherstellungscode"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("15 Zeichen von Ihrem Ausdruck, zum Beispiel 7KQ2M-9XW4T-0B3FH"),
        error_messages={"required": _RECOVERY_CODE, "max_length": RECOVERY_CODE_REFUSED},
    )


class CredentialForm(forms.Form):
    """What the browser says about a passkey; the script of the page fills it in."""

    credential = forms.CharField(widget=forms.HiddenInput, max_length=MAX_LENGTH)


class PasskeyNameForm(forms.Form):
    """What the owner calls a passkey."""

    name = forms.CharField(
        label=_("Name des Passkeys"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Daran erkennen Sie ihn später, zum Beispiel „Mein Handy“."),
        error_messages={
            "required": _NAME,
            "max_length": _("Der Name ist zu lang. Erlaubt sind höchstens %(limit_value)s Zeichen."),
        },
    )


class NewPasskeyForm(PasskeyNameForm, CredentialForm):
    """A new passkey and its name."""

    field_order = ("name", "credential")

    def __init__(self, data: Any = None, *, device: str) -> None:
        super().__init__(data, initial={"name": device[:NAME_LENGTH]})
        # It is the script that sends it; without it nobody can be asked to type one.
        self.fields["credential"].required = False
