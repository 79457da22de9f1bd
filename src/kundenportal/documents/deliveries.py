"""Filing documents that the billing system delivered: many at a time, each visible or in quarantine."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.documents.checks import Checked
from kundenportal.documents.models import Document, QuarantinedDocument
from kundenportal.documents.selectors import recalled_contents
from kundenportal.documents.services import search_text
from kundenportal.files.accepted import PDF
from kundenportal.files.models import StoredFile
from kundenportal.files.services import StoreMany

Tell = Callable[[Collection[int]], None]
"""Tells whoever holds these customers that they have news, in the caller's transaction."""


@dataclass(frozen=True)
class Described:
    """What a delivery says of a document."""

    erp_id: str
    customer_id: int
    premise_id: int | None
    kind: Document.Kind
    title: str
    document_date: dt.date


@dataclass(frozen=True)
class Delivered:
    """A document with its content, looked into (``documents.checks``) and found to be a plain PDF."""

    described: Described
    content: bytes
    checked: Checked


@dataclass
class Filed:
    """What became of delivered documents, by the billing system's ids."""

    new: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    amended: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)


def file_delivered(
    delivered: Sequence[Delivered],
    *,
    amended: Sequence[Described],
    store: StoreMany,
    tell: Tell,
    now: dt.datetime,
    actor: str = "erp",
) -> Filed:
    """File documents: visible at once, or in quarantine when they do not name their customer.

    The contents are on disk before the one transaction begins that inserts the rows. A document that is known
    by its id gets the content as a new version; the content it had is let go of. One that is in quarantine
    gives way to what comes now.

    Args:
        delivered: new documents and new contents, each id once.
        amended: documents in sight of which only the description changed; that is no news.
        store: stores the contents (``files.services.storing_many``).
        tell: is called with the customers who have something new.
        now: when, aware.
        actor: who delivers them, as the audit trail names people.

    Raises:
        OSError: when the storage is full or out of reach; nothing is filed then.

    """
    files = store([each.content for each in delivered], media_type=PDF, now=now)
    with transaction.atomic(durable=True):
        filing = _Filing(now, actor)
        filing.lock([*(each.described for each in delivered), *amended])
        StoredFile.objects.bulk_create(files)
        for each, file in zip(delivered, files, strict=True):
            filing.take(each, file)
        for described in amended:
            filing.amend(described)
        filing.finish()
        tell(filing.customers_with_news)
    return filing.filed


class _Filing:
    """One transaction's worth of documents on their way into the database."""

    def __init__(self, now: dt.datetime, actor: str) -> None:
        self.filed = Filed()
        self.customers_with_news: set[int] = set()
        self._now = now
        self._actor = actor
        self._standing: dict[str, Document] = {}
        self._waiting: dict[str, QuarantinedDocument] = {}
        self._recalled: set[tuple[str, int, str]] = set()
        self._new: list[Document] = []
        self._changed: list[Document] = []
        self._quarantined: list[QuarantinedDocument] = []
        self._ended: list[QuarantinedDocument] = []
        self._unwanted: list[int] = []

    def lock(self, described: Sequence[Described]) -> None:
        """Take hold of what is there under these ids, so that nobody recalls or releases it meanwhile."""
        ids = [each.erp_id for each in described]
        documents = Document.objects.select_for_update().filter(erp_id__in=ids, recalled_at=None)
        self._standing = {each.erp_id: each for each in documents}
        waiting = QuarantinedDocument.objects.select_for_update().filter(erp_id__in=ids)
        self._waiting = {each.erp_id: each for each in waiting}
        self._recalled = recalled_contents(ids)

    def take(self, delivered: Delivered, file: StoredFile) -> None:
        """File one document with its content; one that was recalled just now is not filed again."""
        described, checked = delivered.described, delivered.checked
        if (described.erp_id, described.customer_id, file.sha256) in self._recalled:
            self._unwanted.append(file.pk)
            return
        if (waiting := self._waiting.get(described.erp_id)) is not None:
            self._ended.append(waiting)
        if not checked.names_customer:
            self._quarantine(described, checked, file)
            return
        self.customers_with_news.add(described.customer_id)
        if (standing := self._standing.get(described.erp_id)) is None:
            self._new.append(new_document(described, checked.page_count, file, now=self._now))
            self.filed.new.append(described.erp_id)
            return
        replace_content(standing, file, checked.page_count, now=self._now, unwanted=self._unwanted)
        self._describe(standing, described)
        self.filed.replaced.append(described.erp_id)

    def amend(self, described: Described) -> None:
        """Take over what is said of a document anew; one that was recalled meanwhile stays as it was."""
        if (standing := self._standing.get(described.erp_id)) is not None:
            self._describe(standing, described)
            self.filed.amended.append(described.erp_id)

    def finish(self) -> None:
        """Write everything that was taken."""
        QuarantinedDocument.objects.filter(pk__in=[each.pk for each in self._ended]).delete()
        QuarantinedDocument.objects.bulk_create(self._quarantined)
        Document.objects.bulk_create(self._new)
        Document.objects.bulk_update(self._changed, fields=_CHANGEABLE)
        unwanted = [*self._unwanted, *(each.file_id for each in self._ended)]
        StoredFile.objects.filter(pk__in=unwanted).delete()
        self._record()

    def _quarantine(self, described: Described, checked: Checked, file: StoredFile) -> None:
        self._quarantined.append(
            QuarantinedDocument(
                **vars(described),
                page_count=checked.page_count,
                file=file,
                reason=_reason(checked),
                found_numbers=", ".join(checked.other_numbers),
                quarantined_at=self._now,
            )
        )
        self.filed.quarantined.append(described.erp_id)

    def _describe(self, document: Document, described: Described) -> None:
        describe(document, described)
        self._changed.append(document)

    def _record(self) -> None:
        """Write one audit entry for all that is new, and one for each content that took another's place."""
        details = {name: len(ids) for name, ids in vars(self.filed).items()}
        record("document.delivered", actor=self._actor, now=self._now, details=details)
        for erp_id in self.filed.replaced:
            standing = self._standing[erp_id]
            record(
                "document.replaced",
                actor=self._actor,
                now=self._now,
                customer_id=standing.customer_id,
                subject=standing.public_id,
            )


_CHANGEABLE = (
    "premise",
    "kind",
    "title",
    "search_text",
    "document_date",
    "page_count",
    "file",
    "published_at",
)
"""What of a document in sight a delivery may change; never whose it is."""


def new_document(described: Described, page_count: int, file: StoredFile, *, now: dt.datetime) -> Document:
    """Return a document that is visible from now on, not inserted yet."""
    document = Document(
        erp_id=described.erp_id,
        customer_id=described.customer_id,
        page_count=page_count,
        file=file,
        published_at=now,
    )
    describe(document, described)
    return document


def describe(document: Document, described: Described) -> None:
    """Take over what a delivery says of a document."""
    document.premise_id = described.premise_id
    document.kind = described.kind
    document.title = described.title
    document.document_date = described.document_date
    document.search_text = search_text(described.kind, described.title, described.document_date)


def replace_content(
    document: Document, file: StoredFile, page_count: int, *, now: dt.datetime, unwanted: list[int]
) -> None:
    """Give a document in sight another content, which is news; note the one to let go of."""
    if document.file_id is not None:
        unwanted.append(document.file_id)
    document.file = file
    document.page_count = page_count
    document.published_at = now


def _reason(checked: Checked) -> QuarantinedDocument.Reason:
    if not checked.has_text:
        return QuarantinedDocument.Reason.NO_TEXT
    if checked.other_numbers:
        return QuarantinedDocument.Reason.OTHER_NUMBER
    return QuarantinedDocument.Reason.NUMBER_MISSING
