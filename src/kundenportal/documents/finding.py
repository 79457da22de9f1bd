"""What staff see of documents: whoever's they are, visible and recalled, and what waits in quarantine."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, Q, Value, When

from kundenportal.audit.services import record_visit
from kundenportal.core.customer_numbers import CustomerNumberPattern, canonical_customer_number
from kundenportal.documents.models import Document, DocumentBatch, QuarantinedDocument
from kundenportal.documents.rules import search_words

_LONGEST_ID = 40


@dataclass(frozen=True)
class Found:
    """Some documents, the newest filed first; the next page begins at ``next_before``, if there is one."""

    documents: tuple[Document, ...]
    next_before: int | None


@dataclass(frozen=True)
class Waiting:
    """Some of what is in quarantine, the oldest first; the next page begins after ``next_after``."""

    documents: tuple[QuarantinedDocument, ...]
    next_after: int | None


def find_documents(typed: str, *, pattern: CustomerNumberPattern, before: int | None, limit: int) -> Found:
    """Return documents by customer number, by an id or by words of the title; two queries at most.

    Args:
        typed: what somebody looks for; nothing is found without.
        pattern: how the utility writes its customer numbers.
        before: where the page before ended.
        limit: how many at most.

    """
    words = search_words(typed)
    if not words:
        return Found((), None)
    rows = Document.objects.select_related("customer", "file").order_by("-pk")
    if number := canonical_customer_number(typed, pattern):
        rows = rows.filter(Q(customer__customer_number=number) | Q(erp_id=typed.strip()[:_LONGEST_ID]))
    elif Document.objects.filter(_has_id(typed)).exists():
        rows = rows.filter(_has_id(typed))
    else:
        for word in words:
            rows = rows.filter(search_text__contains=word)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = tuple(rows[: limit + 1])
    return Found(found[:limit], found[limit - 1].pk if len(found) > limit else None)


def _has_id(typed: str) -> Q:
    name = typed.strip()[:_LONGEST_ID]
    return Q(erp_id=name) | Q(public_id=name)


def waiting_documents(*, after: int | None, limit: int) -> Waiting:
    """Return what is in quarantine, in the order in which it came; one query."""
    rows = QuarantinedDocument.objects.select_related("customer", "file").order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = tuple(rows[: limit + 1])
    return Waiting(found[:limit], found[limit - 1].pk if len(found) > limit else None)


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
