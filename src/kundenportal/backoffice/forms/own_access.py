"""How somebody likes to work."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kundenportal.ui.forms.own_password import OwnPasswordForm


class ShortcutsForm(forms.Form):
    """Keyboard shortcuts of one letter, on or off."""

    uses_shortcuts = forms.BooleanField(label=_("Tastenkürzel benutzen"), required=False)


class ProofForm(OwnPasswordForm):
    """The own password; nobody who works here sets it back by a mail."""

    too_many_wrong_passwords = _("Das Passwort war zu oft falsch. Bitte warten Sie 15 Minuten.")
