"""Filing documents, and writing down who opened them."""

import datetime as dt

from kundenportal.audit.services import record
from kundenportal.core.dates import format_date_short
from kundenportal.customers.models import Customer, Premise
from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.documents.rules import folded
from kundenportal.files.accepted import PDF
from kundenportal.files.pdf_pages import count_pages
from kundenportal.files.services import store_file
from kundenportal.identity.models import User

_ONE_VISIT = dt.timedelta(minutes=10)
"""A page, its pictures and a reload within so long are one opening."""


def file_document(
    *,
    customer: Customer,
    premise: Premise | None,
    kind: Document.Kind,
    title: str,
    document_date: dt.date,
    content: bytes,
    now: dt.datetime,
    is_sealed: bool = False,
) -> Document:
    """File a PDF the portal itself made for a customer, in the caller's transaction; visible at once.

    The content is on disk before the rows are inserted; when the transaction fails it is swept away later.

    Args:
        customer: whose it is.
        premise: the place of consumption it is for, or None when it shows at all of his.
        kind: what it is.
        title: what the customer reads, at most 200 characters.
        document_date: the date it bears.
        content: the PDF.
        now: when, aware.
        is_sealed: whether it shall lie encrypted on the disk (``files.services.store_file``).

    Raises:
        UnreadablePdf: when the content is no PDF; nothing is stored then.
        OSError: when the storage is full or out of reach; nothing is inserted then.

    """
    page_count = count_pages(content)
    document = Document.objects.create(
        customer=customer,
        premise=premise,
        kind=kind,
        title=title,
        search_text=search_text(kind, title, document_date),
        document_date=document_date,
        page_count=page_count,
        file=store_file(content, media_type=PDF, is_sealed=is_sealed, now=now),
        published_at=now,
    )
    record(
        "document.filed",
        actor="system",
        now=now,
        customer_id=customer.pk,
        subject=document.public_id,
        details={"kind": kind},
    )
    return document


def note_access(*, document: Document, user: User, way: DocumentAccess.Way, now: dt.datetime) -> None:
    """Write down that a login got to see a document; it is new to him no more.

    This is the only trace of who saw a document that went to the wrong customer, so whatever hands a content
    out calls it first.

    Args:
        document: the document; the caller has checked that the login may see it.
        user: the login.
        way: how it is seen.
        now: when, aware.

    """
    visit = DocumentAccess.objects.filter(
        document=document, user=user, way=way, at__gt=now - _ONE_VISIT, at__gte=document.published_at
    )
    if not visit.exists():
        DocumentAccess.objects.create(document=document, user=user, way=way, at=now)


def search_text(kind: Document.Kind, title: str, document_date: dt.date) -> str:
    """Return what a search for a document looks through: date, kind and title.

    Folding makes some letters several; a title that grows beyond the column is searched as far as it fits.
    """
    return folded(f"{format_date_short(document_date)} {Document.Kind(kind).label} {title}")[:500]
