"""What happened to the security of a login, and its changes of address."""

from django.db import models
from django.db.models import Q

from kundenportal.identity.models.user import User


class SecurityEvent(models.Model):
    """Something its owner must know of, and may call not his doing ("Das war ich nicht")."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="security_events")
    kind = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    disavowed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["user", "created_at"], name="event_by_user"),)

    def __str__(self) -> str:
        """Return kind and number."""
        return f"{self.kind} #{self.pk}"


class EmailChange(models.Model):
    """A login's way to another e-mail address (guide lines 94 to 96).

    It waits until the new mailbox confirms it, then it is completed. One that was stopped, followed by
    another one or not confirmed in time is ended; a completed one may be reverted.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="email_changes")
    old_email = models.CharField(max_length=254)
    new_email = models.CharField(max_length=254)
    requested_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reverted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=Q(completed_at=None, ended_at=None), name="one_open_email_change"
            ),
        )

    def __str__(self) -> str:
        """Return the number; the addresses are nobody's business."""
        return f"e-mail change {self.pk}"
