"""What is known of deliveries that came by browser or inbox, and of the times the outbox was filled."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundenportal.files.models import StoredFile
from kundenportal.identity.models import StaffMember


class Delivery(models.Model):
    """One delivery on its way in: checked first, released, then imported; or it ends before.

    What was uploaded lies sealed, in pieces (``DeliveryPiece``), until the delivery ends. What came through
    the inbox lies there, under ``path``, and is moved out of the way when it has ended (``filed_at``).
    ``report`` is what the last check or the import told (``as_json``), its row faults kept as rows of their
    own. ``sha256`` is that of the file that was checked: no other is imported.
    """

    class Kind(models.TextChoices):
        """What it brings; nobody knows before it was looked into."""

        UNKNOWN = "unknown", _("Lieferung")
        MASTER_DATA = "master_data", _("Stammdaten")
        DOCUMENTS = "documents", _("Dokumente")
        RESULTS = "results", _("Ergebnisse")

    class Way(models.TextChoices):
        """How it came."""

        UPLOAD = "upload", _("hochgeladen")
        INBOX = "inbox", _("Eingangsordner")

    class Status(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("Wird gleich geprüft")
        CHECKING = "checking", _("Wird geprüft")
        CHECKED = "checked", _("Wartet auf Freigabe")
        RELEASED = "released", _("Wird gleich eingelesen")
        IMPORTING = "importing", _("Wird eingelesen")
        IMPORTED = "imported", _("Eingelesen")
        REFUSED = "refused", _("Abgelehnt")
        REJECTED = "rejected", _("Verworfen")
        EXPIRED = "expired", _("Verfallen")
        FAILED = "failed", _("Gescheitert")

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.UNKNOWN)
    way = models.CharField(max_length=8, choices=Way)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+")
    allows_loss = models.BooleanField(default=False)
    has_changed_since_check = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=80, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    seconds = models.FloatField(null=True)
    report = models.JSONField(default=dict)
    fault_count = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(
                fields=["path"], condition=~Q(path=""), name="one_delivery_per_path_of_inbox"
            ),
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(way="upload", ended_at=None), name="same_upload_waits_once"
            ),
        )
        indexes = (models.Index(fields=["due_at"], condition=Q(ended_at=None), name="delivery_on_its_way"),)

    def __str__(self) -> str:
        """Return its name in the audit trail."""
        return f"delivery-{self.pk:06d}"

    @property
    def is_at_work(self) -> bool:
        """Whether the job runner has something to do about it."""
        return self.status in AT_WORK


AT_WORK = (
    Delivery.Status.WAITING,
    Delivery.Status.CHECKING,
    Delivery.Status.RELEASED,
    Delivery.Status.IMPORTING,
)
"""The statuses of deliveries that the job runner has something to do about."""


class DeliveryPiece(models.Model):
    """A part of what was uploaded: pieces are sealed one by one, so that no process holds all of it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="pieces")
    place = models.PositiveSmallIntegerField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="delivery_piece")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["delivery", "place"], name="one_piece_of_delivery_per_place"),
        )

    def __str__(self) -> str:
        """Return which delivery, and the place in it."""
        return f"{self.delivery_id}, {self.place}"


class DeliveryFault(models.Model):
    """One thing wrong in a delivery, as the last report listed it (``report.RowFault``)."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="faults")
    place = models.PositiveIntegerField()
    file = models.CharField(max_length=120)
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=80, blank=True)
    reason = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["delivery", "place"], name="one_fault_of_delivery_per_place"),
        )

    def __str__(self) -> str:
        """Return where it is."""
        return f"{self.file}:{self.line}"


class OutboxRun(models.Model):
    """One time at which the outbox was to be filled, and what became of it; ``error`` says why it was not."""

    due_at = models.DateTimeField(unique=True)
    done_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField()
    batches = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        """Return when it was due."""
        return f"{self.due_at:%Y-%m-%d %H:%M:%S}"
