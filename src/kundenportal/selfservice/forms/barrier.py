"""Reporting a barrier (ux.md P5)."""

import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kundenportal.feedback.models import DESCRIPTION_LENGTH, PAGE_LENGTH
from kundenportal.ui.forms.email_addresses import checked_email


class BarrierForm(forms.Form):
    """What does not work, where, and where to answer."""

    beschreibung = forms.CharField(
        label=_("Beschreibung"),
        help_text=_("Was geht nicht, oder was ist schwer zu verstehen? Womit bedienen Sie das Portal?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Bitte beschreiben Sie, was nicht geht oder schwer zu verstehen ist.")},
    )
    seite = forms.CharField(
        label=_("Seite"),
        help_text=_("Um welche Seite geht es? Die Adresse oder die Überschrift reicht."),
        required=False,
        max_length=PAGE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "max_length": _(
                "Die Angabe zur Seite ist zu lang. Bitte kürzen Sie sie auf %(limit_value)s Zeichen."
            )
        },
    )
    email = forms.CharField(
        label=_("E-Mail (freiwillig)"),
        help_text=_("Damit wir Ihnen antworten können."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"max_length": _("Die E-Mail-Adresse ist zu lang. Sie hat höchstens 254 Zeichen.")},
    )
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, page: str = "") -> None:
        super().__init__(data, initial={"seite": page[:PAGE_LENGTH], "key": secrets.token_urlsafe(16)})

    def clean_beschreibung(self) -> str:
        """Refuse a description that is too long, with how much."""
        typed: str = self.cleaned_data["beschreibung"]
        if excess := max(0, len(typed) - DESCRIPTION_LENGTH):
            text = ngettext(
                "Die Beschreibung ist %(excess)s Zeichen zu lang. Bitte kürzen Sie sie auf %(most)s Zeichen.",
                "Die Beschreibung ist %(excess)s Zeichen zu lang. Bitte kürzen Sie sie auf %(most)s Zeichen.",
                excess,
            )
            raise ValidationError(text % {"excess": excess, "most": DESCRIPTION_LENGTH})
        return typed

    def clean_email(self) -> str:
        """Return the canonical address, or nothing."""
        typed: str = self.cleaned_data["email"]
        return checked_email(typed) if typed else ""

    def clean_key(self) -> str:
        """Return the form's key; a form that lost it is a new one."""
        return self.cleaned_data["key"] or secrets.token_urlsafe(16)
