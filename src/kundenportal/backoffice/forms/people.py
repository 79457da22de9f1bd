"""Giving somebody an access to the back office, another role, a new link, and ending it."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kundenportal.backoffice.forms.confirming import ConfirmForm
from kundenportal.backoffice.roles import TASKS
from kundenportal.identity.models import StaffMember
from kundenportal.ui.forms.email_addresses import checked_email


def _said_with_tasks(role: StaffMember.Role) -> Promise:
    return format_lazy("{role}: {tasks}", role=role.label, tasks=TASKS[role])


class RoleForm(ConfirmForm):
    """What somebody does here."""

    field_order: Iterable[str] | None = ("role", "current_password")

    role = forms.ChoiceField(
        label=_("Rolle"),
        choices=[(role.value, _said_with_tasks(role)) for role in StaffMember.Role],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Bitte wählen Sie eine Rolle."),
            "invalid_choice": _("Bitte wählen Sie eine der Rollen."),
        },
    )


class NewMemberForm(RoleForm):
    """Somebody who is to work here."""

    field_order = ("email", "role", "current_password")

    email = forms.CharField(
        label=_("E-Mail-Adresse"),
        help_text=_(
            "Damit meldet sich die Person an. Wir schreiben dorthin, wenn der Zugang eingerichtet ist."
        ),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Bitte geben Sie die E-Mail-Adresse der Person ein."),
            "max_length": _("Die E-Mail-Adresse ist zu lang. Sie hat höchstens 254 Zeichen."),
        },
    )

    def clean_email(self) -> str:
        """Return the canonical address; nobody who works here has it."""
        typed: str = self.cleaned_data["email"]
        address = checked_email(typed)
        if StaffMember.objects.filter(user__email=address).exists():
            raise ValidationError(
                _("Unter dieser Adresse gibt es schon einen Zugang. Sie finden ihn in der Liste.")
            )
        return address
