"""The audit trail."""

from django.db import models


class AuditEntry(models.Model):
    """One thing that somebody did. Rows are added and never changed.

    The actor and the subject are kept as plain numbers and words, so that an entry outlives what it
    speaks of and this package knows none of the others.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    customer_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=80, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=["customer_id", "at"], name="audit_by_customer"),
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["subject"], name="audit_by_subject"),
        )

    def __str__(self) -> str:
        """Return time, actor and action."""
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.action}"
