"""Answering what staff asked about something that was sent."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """The answer to a question."""

    hides_stars = True

    answer = forms.CharField(
        label=_("Ihre Antwort"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Bitte schreiben Sie uns eine Antwort."),
            "max_length": _(
                "Die Antwort hat %(show_value)s Zeichen. Erlaubt sind höchstens %(limit_value)s Zeichen."
            ),
        },
    )
