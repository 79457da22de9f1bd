"""Setting a password and changing it."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.identity.passwords import MAX_LENGTH, PasswordProblem, password_problem
from kundenportal.ui.forms.own_password import OwnPasswordForm

_INTRODUCTION = gettext_lazy("Beachten Sie die Anforderungen, die das Passwort erfüllen muss:")
_LENGTH_RULE = gettext_lazy("Es hat mindestens %(least)s Zeichen.")
_COMMON_RULE = gettext_lazy("Es steht in keiner Liste bekannter Passwörter.")
_ADVICE = gettext_lazy("Tipp: Nehmen Sie vier Wörter, die nicht zusammengehören.")


class NewPasswordForm(forms.Form):
    """A new password, typed twice (guide line 90).

    ``own_data_rule`` and ``own_data_refused`` name what the portal knows of whoever types it.
    """

    own_data_rule = gettext_lazy("Es besteht nicht aus Ihrem Namen, Ihrer Kundennummer oder Ihrer E-Mail.")
    own_data_refused = gettext_lazy(
        "Das neue Passwort besteht aus Ihrem Namen, Ihrer Anschrift, Ihrer Kundennummer oder Ihrer "
        "E-Mail. Bitte wählen Sie ein anderes."
    )
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
        self.fields["password"].help_text = _requirements(str(self.own_data_rule))

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
            is_own = problem == PasswordProblem.OWN_DATA
            raise ValidationError(self.own_data_refused if is_own else _sentence(problem, password))
        return password

    def clean_password_repeat(self) -> str:
        """Return the repetition when it is the same password, or the first one has faults of its own."""
        repeat: str = self.cleaned_data["password_repeat"]
        if self.data.get("password") and _composed(self.data["password"]) != _composed(repeat):
            raise ValidationError(_("Die beiden neuen Passwörter unterscheiden sich."))
        return repeat


class ChangePasswordForm(OwnPasswordForm, NewPasswordForm):
    """The current password and, twice, a new one."""

    wrong_password = gettext_lazy("Das aktuelle Passwort stimmt nicht.")
    field_order = ("current_password", "password", "password_repeat")

    def __init__(self, data: Any = None, *, own_data: tuple[str, ...]) -> None:
        super().__init__(data, own_data=own_data)
        current = self.fields["current_password"]
        current.label = gettext_lazy("Aktuelles Passwort")
        current.error_messages["required"] = gettext_lazy("Bitte geben Sie Ihr aktuelles Passwort ein.")

    def clean_password(self) -> str:
        """Return the new password when nothing speaks against it; the current one is no new one."""
        password = super().clean_password()
        if password == self.cleaned_data.get("current_password"):
            raise ValidationError(_("Das neue Passwort ist das aktuelle. Bitte wählen Sie ein anderes."))
        return password


def _requirements(own_data_rule: str) -> SafeString:
    """Return what the guide asks to be told (line 90), a requirement a line."""
    length = _LENGTH_RULE % {"least": settings.PASSWORD_MIN_LENGTH}
    rules = ((each,) for each in (length, own_data_rule, _COMMON_RULE))
    lines = format_html_join("", '<span class="tipp__punkt">{}</span>', rules)
    return format_html('{}{}<span class="tipp__zeile">{}</span>', _INTRODUCTION, lines, _ADVICE)


def _sentence(problem: PasswordProblem, password: str) -> str:
    values = {"count": len(_composed(password)), "least": settings.PASSWORD_MIN_LENGTH, "most": MAX_LENGTH}
    sentences = {
        PasswordProblem.TOO_SHORT: _(
            "Das neue Passwort hat %(count)s Zeichen. Es braucht mindestens %(least)s."
        ),
        PasswordProblem.TOO_LONG: _(
            "Das neue Passwort hat %(count)s Zeichen. Erlaubt sind höchstens %(most)s."
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
