"""The outbox."""

from django.db import models
from django.db.models import Q


class OutgoingMail(models.Model):
    """A mail to send: its kind and what fills the template, never a secret and never the sent text.

    A sender claims it by counting an attempt and moving ``next_try_at`` behind its lease. What fills the
    template is forgotten at ``content_until``, some weeks after the mail was sent (ADR 16); ``sent_digest``
    is the SHA-256 of the message that left.
    ``subject`` is the one it was sent under; empty before.
    ``recipient`` is who was to get a mail about a customer until it is sent, and then who got it; empty when
    it is for whoever holds the customer. ``repeats`` is the mail that staff sent once more with this one.
    A mail that came back says so in ``bounce``, and why in ``last_error``; ``needs_staff`` until somebody has
    seen to an address that takes no mail.
    """

    class Status(models.TextChoices):
        """Where a mail stands."""

        WAITING = "waiting", "wartet"
        SENT = "sent", "gesendet"
        BOUNCED = "bounced", "unzustellbar"
        FAILED = "failed", "fehlgeschlagen"
        STOPPED = "stopped", "angehalten"
        UNWANTED = "unwanted", "abbestellt"

    class Bounce(models.TextChoices):
        """Whether the address takes no mail at all, or only did not take this one."""

        HARD = "hard", "endgültig"
        SOFT = "soft", "vorübergehend"

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
    content_until = models.DateTimeField(null=True)
    repeats = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="repetitions")
    bounce = models.CharField(max_length=4, choices=Bounce, blank=True)
    bounced_at = models.DateTimeField(null=True)
    needs_staff = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["next_try_at", "id"], condition=Q(status="waiting"), name="mail_due"),
            models.Index(fields=["customer_id"], name="mail_by_customer"),
            models.Index(fields=["recipient", "created_at", "id"], name="mail_by_recipient"),
            models.Index(fields=["created_at", "id"], name="mail_by_time"),
            models.Index(fields=["status", "created_at", "id"], name="mail_by_status"),
            models.Index(fields=["kind", "created_at", "id"], name="mail_by_kind"),
            models.Index(
                fields=["recipient", "created_at"], condition=Q(needs_staff=True), name="mail_for_staff"
            ),
            models.Index(
                fields=["content_until"], condition=Q(content_until__isnull=False), name="mail_to_forget"
            ),
        )

    def __str__(self) -> str:
        """Return kind and number; the recipient is nobody's business."""
        return f"{self.kind} #{self.pk}"
