"""Signing in to the back office."""

from django import forms
from django.utils.translation import gettext_lazy as _

ADDRESS_MAX_LENGTH = 254

_WHO = _("Bitte geben Sie Ihre E-Mail-Adresse ein.")


class StaffSignInForm(forms.Form):
    """Address and password. Both are plainly required, so the page needs no stars."""

    hides_stars = True

    email = forms.CharField(
        label=_("E-Mail-Adresse"),
        max_length=ADDRESS_MAX_LENGTH,
        # Browsers then offer passkeys in this field, beside the names they know (WebAuthn, 5.1.4).
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "spellcheck": "false"}),
        error_messages={"required": _WHO, "max_length": _WHO},
    )
    password = forms.CharField(
        label=_("Passwort"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Bitte geben Sie Ihr Passwort ein.")},
    )
