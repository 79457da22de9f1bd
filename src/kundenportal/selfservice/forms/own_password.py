"""Asking somebody who is signed in for his password again."""

from django import forms
from django.utils.translation import gettext_lazy as _

WRONG_PASSWORD = _("Das aktuelle Passwort stimmt nicht.")
TOO_MANY_WRONG_PASSWORDS = _(
    "Das Passwort war zu oft falsch. Bitte warten Sie 15 Minuten oder setzen Sie Ihr Passwort zurück."
)


class OwnPasswordForm(forms.Form):
    """The password of the login that is signed in."""

    current_password = forms.CharField(
        label=_("Passwort"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Bitte geben Sie Ihr Passwort ein.")},
    )
