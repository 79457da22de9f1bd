"""The own password, before something is done that matters (``confirming.unless_confirmed``)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kundenportal.ui.forms.own_password import OwnPasswordForm


class ProofForm(OwnPasswordForm):
    """The own password; nobody who works here sets it back by a mail."""

    too_many_wrong_passwords = _("Das Passwort war zu oft falsch. Bitte warten Sie 15 Minuten.")


class ConfirmForm(ProofForm):
    """The own password, so that nobody gives accesses away at a desk that was left."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["current_password"].label = _("Ihr Passwort")
        self.fields["current_password"].help_text = _("Zur Sicherheit: Ihr eigenes, nicht das der Person.")
