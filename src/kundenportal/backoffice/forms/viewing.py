"""Why somebody wants to see the customer site as a customer sees it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kundenportal.linking.models import Viewing


class ViewingForm(forms.Form):
    """The reason; the customer reads it."""

    reason = forms.ChoiceField(
        label=_("Grund"),
        choices=Viewing.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Bitte wählen Sie einen Grund."),
            "invalid_choice": _("Bitte wählen Sie einen der Gründe."),
        },
    )
    remark = forms.CharField(
        label=_("Worum geht es?"),
        help_text=_("Höchstens 200 Zeichen, zum Beispiel „Frage zur Jahresrechnung 2026“."),
        max_length=200,
        required=False,
        error_messages={"max_length": _("Das ist zu lang. Bitte fassen Sie es in 200 Zeichen.")},
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where the list has none."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("reason") == Viewing.Reason.OTHER and not cleaned.get("remark"):
            self.add_error("remark", _("Bitte schreiben Sie, worum es geht: Der Kunde liest den Grund."))
        return cleaned
