"""What the forms for a new password say to people who work here: they have no customer number."""

from django.utils.translation import gettext_lazy as _

from kundenportal.ui.forms.passwords import ChangePasswordForm, NewPasswordForm


class StaffPasswordForm(NewPasswordForm):
    """A new password of somebody who works here, typed twice."""

    own_data_rule = _("Es besteht nicht aus Ihrem Namen oder Ihrer E-Mail.")
    own_data_refused = _(
        "Das neue Passwort besteht aus Ihrem Namen oder Ihrer E-Mail. Bitte wählen Sie ein anderes."
    )


class ChangeStaffPasswordForm(ChangePasswordForm, StaffPasswordForm):
    """The current password and, twice, a new one."""
