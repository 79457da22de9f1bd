"""People who work here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kundenportal.identity.models.user import User


class StaffMember(models.Model):
    """Somebody who works in the back office, with one role; his login is his alone (``User.is_staff``).

    Who left keeps the row, so that what the audit trail says of his number stays true; his login is then
    not active, without a password and without a factor.
    """

    class Role(models.TextChoices):
        """What somebody does here; ``backoffice.roles`` says what that allows."""

        CLERK = "clerk", _("Sachbearbeitung")
        SUPERVISOR = "supervisor", _("Leitung")
        TECHNICIAN = "technician", _("Technik")
        READER = "read-only", _("Lesen")

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="staff_member")
    name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=10, choices=Role)
    uses_shortcuts = models.BooleanField(default=True)

    def __str__(self) -> str:
        """Return what colleagues read: the name, or the address of who has not given one yet."""
        return self.name or self.user.email
