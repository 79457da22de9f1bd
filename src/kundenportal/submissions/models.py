"""Everything a customer sends: one table, one status line; and the batches it leaves in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundenportal.core.references import format_reference, new_code
from kundenportal.customers.models import Customer, Premise
from kundenportal.files.models import StoredFile
from kundenportal.files.names import NAME_LENGTH
from kundenportal.identity.models import StaffMember, User

_WAITS = Q(waits_since__isnull=False)


def new_upload_id() -> str:
    """Return a random id for web addresses."""
    return new_code(12)


class ExportBatch(models.Model):
    """One batch for the billing system: which submissions left together, and what was written.

    ``files`` maps each file name to its SHA-256 and row count. ``written_at`` stays empty until the
    directory is complete on disk, so that a batch whose writing was cut off is written again.
    """

    created_at = models.DateTimeField()
    format = models.CharField(max_length=4)
    files = models.JSONField(default=dict)
    written_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the directory's name."""
        return f"batch-{self.pk:06d}"


class NotPlaced(LookupError):
    """The submission belongs to no customer."""


class Submission(models.Model):
    """Anything a customer sends (Vorgang). Each kind adds one typed detail row with this primary key.

    A meter reading that came without a login and matches no meter belongs to no customer and no premise;
    every other submission has both. One on hold waits until ``held_until``, then it may be exported; without
    that moment it waits until somebody decides.

    ``is_unusual`` is what the topic's rule found. ``waits_since`` is since when somebody who works here has
    something to do about it, empty when nobody has; ``released_at`` is when he let it go to the billing
    system (ADR 13).
    """

    class Kind(models.TextChoices):
        """What was sent."""

        METER_READING = "meter_reading", _("Zählerstand")
        ADVANCE_PAYMENT = "advance_payment", _("Abschlag")
        ADDRESS_CHANGE = "address_change", _("Rechnungsadresse")
        BANK_CHANGE = "bank_change", _("Bankverbindung")
        CONTACT_MESSAGE = "contact_message", _("Nachricht")

    class Status(models.TextChoices):
        """Where it stands."""

        RECEIVED = "received", _("Eingegangen")
        ON_HOLD = "on_hold", _("Wartet")
        QUESTION = "question", _("Rückfrage")
        EXPORTED = "exported", _("In Arbeit")
        COMPLETED = "completed", _("Erledigt")
        REJECTED = "rejected", _("Abgelehnt")
        WITHDRAWN = "withdrawn", _("Zurückgezogen")

    class Channel(models.TextChoices):
        """How it reached us."""

        PORTAL = "portal", _("Kundenportal")
        LINK = "link", _("Link ohne Anmeldung")
        PUBLIC = "public", _("Ohne Anmeldung")

    kind = models.CharField(max_length=20, choices=Kind)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="submissions")
    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, null=True, related_name="submissions")
    submitted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="submissions")
    channel = models.CharField(max_length=10, choices=Channel)
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    held_until = models.DateTimeField(null=True)
    is_unusual = models.BooleanField(default=False)
    waits_since = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(
        StaffMember, on_delete=models.SET_NULL, null=True, db_index=False, related_name="submissions"
    )
    reason = models.CharField(max_length=500, blank=True)
    idempotency_key = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()
    received_year = models.PositiveSmallIntegerField()
    settled_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(ExportBatch, on_delete=models.PROTECT, null=True, related_name="submissions")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(
                    kind="address_change", status__in=["received", "on_hold", "question", "exported"]
                ),
                name="one_open_address_change",
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False, premise__isnull=False)
                | Q(customer__isnull=True, premise__isnull=True, channel="public"),
                name="submission_of_a_premise_or_public",
            ),
            models.CheckConstraint(
                condition=Q(channel="portal") | Q(kind="meter_reading"),
                name="only_readings_without_login",
            ),
        )
        indexes = (
            models.Index(fields=["premise", "-id"], name="submission_by_premise"),
            models.Index(
                fields=["id"], condition=Q(status__in=["received", "on_hold"]), name="submission_to_export"
            ),
            # The inbox of the back office: one index per filter, each in the order of the list.
            models.Index(fields=["waits_since", "id"], condition=_WAITS, name="waiting_submission"),
            models.Index(fields=["kind", "waits_since", "id"], condition=_WAITS, name="waiting_by_kind"),
            models.Index(
                fields=["assigned_to", "waits_since", "id"],
                condition=_WAITS & Q(assigned_to__isnull=False),
                name="waiting_for_member",
            ),
            models.Index(
                fields=["waits_since", "id"], condition=_WAITS & Q(is_unusual=True), name="waiting_unusual"
            ),
            models.Index(fields=["status", "-received_at", "-id"], name="submission_by_status"),
        )

    def __str__(self) -> str:
        """Return the reference."""
        return self.reference

    @property
    def reference(self) -> str:
        """The reference a customer reads, such as ``V-2026-004711``: local year and row number."""
        return format_reference(self.received_year, self.pk)

    @property
    def owner(self) -> Customer:
        """The customer it belongs to.

        Raises:
            NotPlaced: when it belongs to none.

        """
        if self.customer is None:
            raise NotPlaced(self.reference)
        return self.customer

    @property
    def place(self) -> Premise:
        """The place of consumption it is for.

        Raises:
            NotPlaced: when it is for none.

        """
        if self.premise is None:
            raise NotPlaced(self.reference)
        return self.premise

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether the customer may still take it back: until it is exported (product.md ruling 12)."""
        return self.status in {self.Status.RECEIVED, self.Status.ON_HOLD, self.Status.QUESTION}


OPEN = (
    Submission.Status.RECEIVED,
    Submission.Status.ON_HOLD,
    Submission.Status.QUESTION,
    Submission.Status.EXPORTED,
)
"""Where a submission stands that is not settled yet."""

REPLACEABLE = (Submission.Status.RECEIVED, Submission.Status.QUESTION)
"""Where a submission stands whose values the customer may send anew in its place."""


class SubmissionQuestion(models.Model):
    """What staff asked the customer about a submission, and the answer once there is one."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="questions")
    asked_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["submission"], condition=Q(answered_at=None), name="one_open_question"
            ),
        )

    def __str__(self) -> str:
        """Return the number; what was asked is the customer's affair."""
        return f"question {self.pk}"


class Upload(models.Model):
    """A file that was handed in with a form that is not sent yet; sending moves it to the topic's own row.

    So nobody has to choose a file again because a field beside it was wrong. It is let go of an hour after
    ``kept_at`` (``submissions.uploads``).
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_upload_id)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="uploads")
    premise = models.ForeignKey(Premise, on_delete=models.CASCADE, related_name="uploads")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="upload")
    name = models.CharField(max_length=NAME_LENGTH)
    kept_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["kept_at"], name="upload_by_age"),)

    def __str__(self) -> str:
        """Return the public id; the name may tell of the customer."""
        return self.public_id
