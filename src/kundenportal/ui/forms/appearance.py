"""How pages shall look."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kundenportal.ui.appearance import Appearance


class AppearanceForm(forms.Form):
    """Light or dark, words beside the symbols, larger text."""

    theme = forms.ChoiceField(
        label=_("Helligkeit"),
        choices=[("", _("Wie Gerät")), ("hell", _("Hell")), ("dunkel", _("Dunkel"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Bitte wählen Sie „Wie Gerät“, „Hell“ oder „Dunkel“.")},
    )
    shows_labels = forms.BooleanField(label=_("Beschriftung der Symbole immer zeigen"), required=False)
    large_text = forms.BooleanField(label=_("Größere Schrift"), required=False)

    def appearance(self) -> Appearance:
        """Return the wishes of a valid form."""
        return Appearance(**self.cleaned_data)
