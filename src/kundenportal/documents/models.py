"""What is filed for customers, what waits for somebody to look at it, and who opened what."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundenportal.core.references import new_code
from kundenportal.customers.models import Customer, Premise
from kundenportal.files.models import StoredFile
from kundenportal.identity.models import StaffMember, User

WORKABLE = ("received", "checking", "released", "filing")
"""The states in which the job runner has something to do with a delivery."""


def new_document_id() -> str:
    """Return a random id for web addresses; long enough that millions of documents do not collide."""
    return new_code(12)


class Filing(models.Model):
    """A PDF for a customer, for one place of consumption or for all of his."""

    class Kind(models.TextChoices):
        """What kind of document it is; the value is the word of the exchange format."""

        INVOICE = "rechnung", _("Rechnung")
        CONTRACT = "vertrag", _("Vertrag")
        PRICE_INFORMATION = "preisinformation", _("Preisinformation")
        NOTICE = "mitteilung", _("Mitteilung")
        MANDATE = "mandat", _("SEPA-Mandat")

    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, null=True, related_name="%(class)ss")
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=200)
    document_date = models.DateField()
    page_count = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True


class Document(Filing):
    """A document a customer can see.

    ``erp_id`` is the billing system's id; a document that a topic files has none. ``search_text`` is what a
    search looks through, folded. ``published_at`` is when the content it has now became visible: a new
    version is news again. A recalled document is visible to nobody any more; ``file`` is empty once its
    content is let go of, and ``recalled_sha256`` still tells that content when it is delivered once more.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="documents")
    public_id = models.CharField(max_length=16, unique=True, default=new_document_id)
    erp_id = models.CharField(max_length=40, blank=True)
    search_text = models.CharField(max_length=500)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="document")
    published_at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True)
    recalled_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(file__isnull=False) | Q(recalled_at__isnull=False),
                name="visible_document_has_content",
            ),
            models.UniqueConstraint(
                fields=["erp_id"],
                condition=Q(recalled_at=None) & ~Q(erp_id=""),
                name="one_visible_document_per_erp_id",
            ),
        )
        indexes = (
            models.Index(
                fields=["customer", "-document_date", "-id"],
                condition=Q(recalled_at=None),
                name="visible_documents",
            ),
            models.Index(fields=["erp_id"], name="document_by_erp_id"),
            models.Index(
                fields=["recalled_at"], condition=Q(recalled_at__isnull=False), name="recalled_documents"
            ),
        )

    def __str__(self) -> str:
        """Return the public id; the title may tell of the customer."""
        return self.public_id


class QuarantinedDocument(Filing):
    """A delivered document that may be another customer's: nobody sees it until somebody released it.

    One that is to replace a document in sight waits here beside it. ``found_numbers`` are the customer
    numbers that its text names instead, a few of them at most. One that staff uploaded and whose name tells
    of no known customer has none: somebody looks at it and says whose it is.
    """

    class Reason(models.TextChoices):
        """Why it waits."""

        NUMBER_MISSING = "number_missing", _("Die Kundennummer steht nicht im Text.")
        OTHER_NUMBER = "other_number", _("Im Text steht eine andere Kundennummer.")
        NO_TEXT = "no_text", _("Das Dokument enthält keinen lesbaren Text.")
        NAME_UNREAD = "name_unread", _("Der Dateiname sagt nicht, wessen Dokument es ist.")
        CUSTOMER_UNKNOWN = "customer_unknown", _("Die Kundennummer im Dateinamen gibt es nicht.")

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="quarantineddocuments"
    )
    erp_id = models.CharField(max_length=40, unique=True)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="quarantined_document")
    reason = models.CharField(max_length=20, choices=Reason)
    found_numbers = models.CharField(max_length=200, blank=True)
    quarantined_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the billing system's id."""
        return self.erp_id


class DocumentBatch(models.Model):
    """A delivery that somebody uploaded in the back office, on its way to the customers.

    It is looked into first, in whole; what is large or doubtful then waits for somebody else's release. Its
    ``file`` is let go of when it has ended. ``done`` of ``total`` lines of its list are through the present
    step; ``report`` is what that step found. ``attempts`` counts how often the step was begun, so that one
    that kills its process is given up. While the storage is full or out of reach, ``failures`` counts the
    tries in a row, ``trouble`` says what it answers, and the next one is at ``next_try_at``.
    """

    class State(models.TextChoices):
        """Where a delivery stands."""

        RECEIVED = "received", _("wartet auf die Prüfung")
        CHECKING = "checking", _("wird geprüft")
        AWAITING_RELEASE = "awaiting_release", _("wartet auf Freigabe")
        RELEASED = "released", _("wartet auf das Einlesen")
        FILING = "filing", _("wird eingelesen")
        DONE = "done", _("eingelesen")
        REFUSED = "refused", _("abgelehnt")
        STOPPED = "stopped", _("angehalten")

    name = models.CharField(max_length=120)
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="document_batch"
    )
    state = models.CharField(max_length=20, choices=State, default=State.RECEIVED)
    uploaded_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="document_batches")
    uploaded_at = models.DateTimeField()
    released_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, related_name="released_document_batches"
    )
    released_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_stopping = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)
    next_try_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=["id"], condition=Q(state__in=WORKABLE), name="document_batches_to_do"),
        )

    def __str__(self) -> str:
        """Return the name of what was uploaded."""
        return self.name


class DocumentAccess(models.Model):
    """A login opened or downloaded a document. Rows are added and never changed.

    One that is older than the document's ``published_at`` saw an earlier version. Who opened what must be
    told when a document went to the wrong customer (GDPR Art. 33 and 34).
    """

    class Way(models.TextChoices):
        """How it was seen."""

        OPENED = "opened", _("geöffnet")
        DOWNLOADED = "downloaded", _("heruntergeladen")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="accesses")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="document_accesses")
    way = models.CharField(max_length=10, choices=Way)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["document", "user", "at"], name="access_by_document"),)

    def __str__(self) -> str:
        """Return what was seen and how."""
        return f"{self.way} document {self.document_id}"
