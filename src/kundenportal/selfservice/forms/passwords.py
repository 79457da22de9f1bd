"""Setting a password, with the proof a registration may still be asked for."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.identity.passwords import MAX_LENGTH, PasswordProblem, password_problem

_REQUIREMENTS = gettext_lazy(
    "Anforderungen: mindestens %(least)s Zeichen · nicht Ihr Name, Ihre Kundennummer oder E-Mail · "
    "kein Passwort, das in bekannten Listen steht. "
    "Tipp: vier Wörter, die nicht zusammengehören."
)


class NewPasswordForm(forms.Form):
    """A new password, typed twice (guide line 90)."""

    password = forms.CharField(
        label=gettext_lazy("Neues Passwort"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Bitte geben Sie ein neues Passwort ein.")},
    )
    password_repeat = forms.CharField(
        label=gettext_lazy("Neues Passwort wiederholen"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Bitte geben Sie das neue Passwort noch einmal ein.")},
    )

    def __init__(self, data: Any = None, *, own_data: Iterable[str]) -> None:
        super().__init__(data)
        self._own_data = tuple(own_data)
        self.fields["password"].help_text = _REQUIREMENTS % {"least": settings.PASSWORD_MIN_LENGTH}

    def clean_password(self) -> str:
        """Return the password when nothing speaks against it."""
        password: str = self.cleaned_data["password"]
        problem = password_problem(
            password,
            min_length=settings.PASSWORD_MIN_LENGTH,
            own_data=self._own_data,
            context=[settings.UTILITY.name, settings.UTILITY.city],
        )
        if problem is not None:
            raise ValidationError(_sentence(problem, password))
        return password

    def clean_password_repeat(self) -> str:
        """Return the repetition when it is the same password, or the first one has faults of its own."""
        repeat: str = self.cleaned_data["password_repeat"]
        if self.data.get("password") and _composed(self.data["password"]) != _composed(repeat):
            raise ValidationError(_("Die beiden neuen Passwörter unterscheiden sich."))
        return repeat


class MeterProofForm(NewPasswordForm):
    """A new password, and the number of one of the customer's meters."""

    meter_number = forms.CharField(
        label=gettext_lazy("Zählernummer eines Ihrer Zähler"),
        help_text=gettext_lazy("Sie steht auf dem Zähler neben dem Strichcode und auf Ihrer Abrechnung."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
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


def _sentence(problem: PasswordProblem, password: str) -> str:
    values = {"count": len(_composed(password)), "least": settings.PASSWORD_MIN_LENGTH, "most": MAX_LENGTH}
    sentences = {
        PasswordProblem.TOO_SHORT: _(
            "Das neue Passwort hat %(count)s Zeichen. Es braucht mindestens %(least)s."
        ),
        PasswordProblem.TOO_LONG: _(
            "Das neue Passwort hat %(count)s Zeichen. Erlaubt sind höchstens %(most)s."
        ),
        PasswordProblem.OWN_DATA: _(
            "Das neue Passwort besteht aus Ihrem Namen, Ihrer Anschrift, Ihrer Kundennummer oder Ihrer "
            "E-Mail. Bitte wählen Sie ein anderes."
        ),
        PasswordProblem.COMMON: _(
            "Dieses Passwort steht in Listen gestohlener Passwörter. Bitte wählen Sie ein anderes."
        ),
        PasswordProblem.GUESSABLE: _(
            "Dieses Passwort ist leicht zu erraten. Bitte wählen Sie ein anderes, zum Beispiel vier Wörter, "
            "die nicht zusammengehören."
        ),
    }
    return sentences[problem] % values


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
