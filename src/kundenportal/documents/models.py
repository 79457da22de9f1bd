"""What is filed for customers, and who opened it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundenportal.core.references import new_code
from kundenportal.customers.models import Customer, Premise
from kundenportal.files.models import StoredFile
from kundenportal.identity.models import User


def new_document_id() -> str:
    """Return a random id for web addresses; long enough that millions of documents do not collide."""
    return new_code(12)


class Document(models.Model):
    """A PDF that is filed for a customer, for one place of consumption or for all of his.

    ``erp_id`` is the billing system's id; a document that a topic files has none. ``search_text`` is what a
    search looks through, folded. ``published_at`` is when the content it has now became visible: a new
    version is news again. A recalled document is visible to nobody any more; ``file`` is empty once its
    content is let go of.
    """

    class Kind(models.TextChoices):
        """What kind of document it is; the value is the word of the exchange format."""

        INVOICE = "rechnung", _("Rechnung")
        CONTRACT = "vertrag", _("Vertrag")
        PRICE_INFORMATION = "preisinformation", _("Preisinformation")
        NOTICE = "mitteilung", _("Mitteilung")
        MANDATE = "mandat", _("SEPA-Mandat")

    public_id = models.CharField(max_length=16, unique=True, default=new_document_id)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="documents")
    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, null=True, related_name="documents")
    erp_id = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001  (empty would not be unique)
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=200)
    search_text = models.CharField(max_length=500)
    document_date = models.DateField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="document")
    published_at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(file__isnull=False) | Q(recalled_at__isnull=False),
                name="visible_document_has_content",
            ),
        )
        indexes = (
            models.Index(
                fields=["customer", "-document_date", "-id"],
                condition=Q(recalled_at=None),
                name="visible_documents",
            ),
        )

    def __str__(self) -> str:
        """Return the public id; the title may tell of the customer."""
        return self.public_id


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
