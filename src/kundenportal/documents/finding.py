"""What staff see of documents: whoever's they are, visible and recalled, and what waits in quarantine."""

import datetime as dt

from django.db import transaction
from django.db.models import Case, Q, Value, When

from kundenportal.audit.services import record_visit
from kundenportal.core.customer_numbers import CustomerNumberPattern, canonical_customer_number
from kundenportal.core.pages import Page, cut_page
from kundenportal.documents.models import Document, DocumentBatch, QuarantinedDocument
from kundenportal.documents.rules import search_words

_LONGEST_ID = 40


def find_documents(
    typed: str, *, pattern: CustomerNumberPattern, after: int | None, limit: int
) -> Page[Document, int]:
    """Return documents by customer number, by an id or by words of the title, the newest filed first.

    Two queries at most.

    Args:
        typed: what somebody looks for; nothing is found without.
        pattern: how the utility writes its customer numbers.
        after: the id of the last document of the page before; None for the first page.
        limit: how many at most.

    """
    words = search_words(typed)
    if not words:
        return Page((), None)
    rows = Document.objects.select_related("customer", "file").order_by("-pk")
    if number := canonical_customer_number(typed, pattern):
        rows = rows.filter(Q(customer__customer_number=number) | Q(erp_id=typed.strip()[:_LONGEST_ID]))
    elif Document.objects.filter(_has_id(typed)).exists():
        rows = rows.filter(_has_id(typed))
    else:
        for word in words:
            rows = rows.filter(search_text__contains=word)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return cut_page(rows, limit=limit, mark=lambda document: document.pk)


def _has_id(typed: str) -> Q:
    name = typed.strip()[:_LONGEST_ID]
    return Q(erp_id=name) | Q(public_id=name)


def document_with_id(public_id: str) -> Document:
    """Return a document with its file, visible or recalled.

    Raises:
        Document.DoesNotExist: when there is none.

    """
    return Document.objects.select_related("customer", "premise", "file").get(public_id=public_id)


def waiting_documents(*, after: int | None, limit: int) -> Page[QuarantinedDocument, int]:
    """Return what is in quarantine, in the order in which it came; one query.

    Args:
        after: the id of the last document of the page before; None for the first page.
        limit: how many at most.

    """
    rows = QuarantinedDocument.objects.select_related("customer", "file").order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return cut_page(rows, limit=limit, mark=lambda waiting: waiting.pk)


def waiting_document(number: int) -> QuarantinedDocument:
    """Return a document in quarantine with its file.

    Raises:
        QuarantinedDocument.DoesNotExist: when there is none.

    """
    return QuarantinedDocument.objects.select_related("customer", "premise", "file").get(pk=number)


def batch_numbered(number: int) -> DocumentBatch:
    """Return a delivery with who uploaded and who released it.

    Raises:
        DocumentBatch.DoesNotExist: when there is none.

    """
    return DocumentBatch.objects.select_related("uploaded_by__user", "released_by__user").get(pk=number)


def recent_batches(*, limit: int) -> list[DocumentBatch]:
    """Return the deliveries that wait for a release, however old they are, then those uploaded last."""
    rows = DocumentBatch.objects.select_related("uploaded_by__user", "released_by__user")
    awaiting = When(state=DocumentBatch.State.AWAITING_RELEASE, then=Value(0))
    return list(rows.order_by(Case(awaiting, default=Value(1)), "-pk")[:limit])


@transaction.atomic
def note_staff_view(
    found: Document | QuarantinedDocument, *, actor: str, now: dt.datetime, is_downloaded: bool = False
) -> None:
    """Write down that somebody who works here got to see a customer's document; one entry a visit.

    Args:
        found: the document.
        actor: who, as the audit trail names people.
        now: when, aware.
        is_downloaded: whether he took a copy.

    """
    subject = found.public_id if isinstance(found, Document) else f"quarantine:{found.erp_id}"
    action = "document.downloaded" if is_downloaded else "document.viewed"
    record_visit(action, actor=actor, now=now, customer_id=found.customer_id, subject=subject)
