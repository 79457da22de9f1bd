"""The outbox."""

from django.db import models
from django.db.models import Q


class OutgoingMail(models.Model):
    """A mail to send: its kind and what fills the template, never a secret and never the sent text.

    A sender claims it by counting an attempt and moving ``next_try_at`` behind its lease. What fills the
    template is forgotten once the mail is sent; ``sent_digest`` is the SHA-256 of the message that left.
    ``subject`` is the one it was sent under; empty before.
    ``recipient`` is who was to get a mail about a customer until it is sent, and then who got it; empty when
    it is for whoever holds the customer.
    """

    class Status(models.TextChoices):
        """Where a mail stands."""

        WAITING = "waiting", "wartet"
        SENT = "sent", "gesendet"
        FAILED = "failed", "unzustellbar"
        STOPPED = "stopped", "angehalten"
        UNWANTED = "unwanted", "abbestellt"

    kind = models.CharField(max_length=60)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, default="de")
    context = models.JSONField(default=dict)
    customer_id = models.BigIntegerField(null=True)
    message_id = models.CharField(max_length=120, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    sent_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["next_try_at", "id"], condition=Q(status="waiting"), name="mail_due"),
            models.Index(fields=["customer_id"], name="mail_by_customer"),
            models.Index(fields=["recipient"], name="mail_by_recipient"),
        )

    def __str__(self) -> str:
        """Return kind and number; the recipient is nobody's business."""
        return f"{self.kind} #{self.pk}"
