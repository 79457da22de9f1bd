"""Setting up an access to the back office."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kundenportal.backoffice.forms.passwords import StaffPasswordForm
from kundenportal.identity.models import StaffMember

NAME_MAX_LENGTH = 80


class AccessForm(StaffPasswordForm):
    """What colleagues call somebody, and his new password, typed twice."""

    name = forms.CharField(
        label=_("Ihr Name"),
        help_text=_("So sehen Sie Ihre Kolleginnen und Kollegen, zum Beispiel „Frau Huber“."),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Bitte geben Sie Ihren Namen ein."),
            "max_length": _("Der Name ist zu lang. Erlaubt sind höchstens %(limit_value)s Zeichen."),
        },
    )
    field_order = ("name", "password", "password_repeat")

    def __init__(self, data: Any = None, *, member: StaffMember) -> None:
        typed_name = data.get("name", "") if data else ""
        super().__init__(data, own_data=[member.user.email, member.name, typed_name])
        self.initial["name"] = member.name
