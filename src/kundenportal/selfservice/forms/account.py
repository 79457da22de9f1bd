"""Changing the e-mail address of a login that is signed in (guide lines 92 to 96)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email
from kundenportal.ui.forms.email_addresses import checked_email
from kundenportal.ui.forms.own_password import OwnPasswordForm

_EMAIL_MAX_LENGTH = 320


class ChangeEmailForm(OwnPasswordForm):
    """A new address, twice, and the password (guide line 96)."""

    email = forms.CharField(
        label=gettext_lazy("Neue E-Mail-Adresse"),
        max_length=_EMAIL_MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Bitte geben Sie Ihre neue E-Mail-Adresse ein.")},
    )
    email_repeat = forms.CharField(
        label=gettext_lazy("Neue E-Mail-Adresse wiederholen"),
        max_length=_EMAIL_MAX_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Bitte geben Sie die neue Adresse noch einmal ein.")},
    )
    field_order = ("email", "email_repeat", "current_password")

    def __init__(self, data: Any = None, *, current_email: str) -> None:
        super().__init__(data)
        self._current_email = current_email

    def clean_email(self) -> str:
        """Return the canonical new address."""
        typed: str = self.cleaned_data["email"]
        address = checked_email(typed)
        if address == self._current_email:
            raise ValidationError(_("Das ist schon Ihre E-Mail-Adresse."))
        return address

    def clean_email_repeat(self) -> str:
        """Return the repetition when it is the same address, or the first one has faults of its own."""
        first, repeat = self.data.get("email", "").strip(), self.cleaned_data["email_repeat"]
        if "email" in self.cleaned_data and not _is_same(self.cleaned_data["email"], repeat):
            text = _("Die beiden Adressen unterscheiden sich: %(first)s und %(repeat)s.")
            raise ValidationError(text % {"first": first, "repeat": repeat})
        return str(repeat)


def _is_same(address: str, typed: str) -> bool:
    try:
        return canonical_email(typed) == address
    except InvalidEmailAddress:
        return False
