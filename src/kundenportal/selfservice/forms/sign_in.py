"""Signing in, and saying who forgot a password."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

IDENTIFIER_MAX_LENGTH = 254

_WHO = _("Bitte geben Sie eins davon ein: Ihre Kundennummer oder Ihre E-Mail.")
_AS_TYPED = {"autocapitalize": "none", "autocomplete": "username", "spellcheck": "false"}


class IdentifierForm(forms.Form):
    """Customer number or e-mail address, in any spelling."""

    identifier = forms.CharField(
        label=_("Kundennummer oder E-Mail"),
        max_length=IDENTIFIER_MAX_LENGTH,
        widget=forms.TextInput(attrs=_AS_TYPED),
        error_messages={"required": _WHO, "max_length": _WHO},
    )


class SignInForm(IdentifierForm):
    """Who and the password. Both are plainly required, so the page needs no stars (design: login)."""

    hides_stars = True

    password = forms.CharField(
        label=_("Passwort"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Bitte geben Sie Ihr Passwort ein.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        # Browsers then offer passkeys in this field, beside the names they know (WebAuthn, 5.1.4).
        self.fields["identifier"].widget.attrs["autocomplete"] = "username webauthn"
