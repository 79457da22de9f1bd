"""How somebody likes to work."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ShortcutsForm(forms.Form):
    """Keyboard shortcuts of one letter, on or off."""

    uses_shortcuts = forms.BooleanField(label=_("Tastenkürzel benutzen"), required=False)
