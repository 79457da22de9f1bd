"""The audit trail, where its chain ends, and the times somebody had it checked."""

from django.db import models
from django.db.models import Q

from kundenportal.core.seals import SEAL_LENGTH


class AuditEntry(models.Model):
    """One thing that somebody did. Rows are added and never changed.

    The actor and the subject are kept as plain numbers and words, so that an entry outlives what it
    speaks of and this package knows none of the others.

    ``mark`` is a keyed hash of what the entry says, made with it. ``number`` and ``seal`` are filled once,
    when a job takes the committed entry into the chain (``audit.sealing``).
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    customer_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=80, blank=True)
    details = models.JSONField(default=dict)
    mark = models.CharField(max_length=SEAL_LENGTH, blank=True)
    number = models.BigIntegerField(null=True)
    seal = models.CharField(max_length=SEAL_LENGTH, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["number"], name="audit_by_number"),)
        indexes = (
            # One per filter of the list, each in its order.
            models.Index(fields=["customer_id", "at"], name="audit_by_customer"),
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["subject"], name="audit_by_subject"),
            models.Index(fields=["actor", "at"], name="audit_by_actor"),
            models.Index(fields=["action", "at"], name="audit_by_action"),
            models.Index(fields=["id"], condition=Q(number=None), name="audit_unsealed"),
        )

    def __str__(self) -> str:
        """Return time, actor and action."""
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.action}"


class AuditChain(models.Model):
    """Where the chain of the audit trail ends, in one row: it keeps two job runners from sealing at once."""

    length = models.BigIntegerField(default=0)
    last_seal = models.CharField(max_length=SEAL_LENGTH, blank=True)

    def __str__(self) -> str:
        """Return the length."""
        return f"{self.length} entries"


class TrailCheck(models.Model):
    """Somebody had the chain checked: how far it came, and what was found.

    A check goes on where it stopped, in pieces of a few seconds; ``number`` and ``seal`` are the last entry
    that fitted. ``up_to`` is where the chain ended when it began.
    """

    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    up_to = models.BigIntegerField()
    number = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=SEAL_LENGTH, blank=True)
    finished_at = models.DateTimeField(null=True)
    unsealed = models.BigIntegerField(default=0)
    fault = models.CharField(max_length=20, blank=True)
    fault_number = models.BigIntegerField(null=True)
    fault_entry = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["id"], condition=Q(finished_at=None), name="trail_check_open"),)

    def __str__(self) -> str:
        """Return how far it came."""
        return f"check {self.pk}: {self.number} of {self.up_to}"
