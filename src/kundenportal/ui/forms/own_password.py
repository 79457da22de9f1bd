"""Asking somebody who is signed in for his password again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kundenportal.identity.password_check import TooManyWrongPasswords, WrongPassword


class OwnPasswordForm(forms.Form):
    """The password of the login that is signed in."""

    wrong_password = _("Das Passwort stimmt nicht.")
    too_many_wrong_passwords = _(
        "Das Passwort war zu oft falsch. Bitte warten Sie 15 Minuten oder setzen Sie Ihr Passwort zurück."
    )

    current_password = forms.CharField(
        label=_("Passwort"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Bitte geben Sie Ihr Passwort ein.")},
    )

    def add_password_error(self, error: WrongPassword | TooManyWrongPasswords) -> int:
        """Say beside the field why the password was refused, and return the status of the answer."""
        if isinstance(error, WrongPassword):
            self.add_error("current_password", self.wrong_password)
            return 422
        self.add_error("current_password", self.too_many_wrong_passwords)
        return 429
