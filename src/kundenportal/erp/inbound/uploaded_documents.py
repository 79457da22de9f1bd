"""What the job runner does with documents that staff uploaded: it looks into them, then files them."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kundenportal.core.dates import local_date
from kundenportal.documents.batches import end_batch
from kundenportal.documents.checks import MAX_SIZE, Checked, DocumentRefused, check_document
from kundenportal.documents.models import WORKABLE, DocumentBatch
from kundenportal.documents.quarantine import quarantine_unmatched
from kundenportal.documents.rules import needs_second_person
from kundenportal.erp.inbound.document_import import import_documents
from kundenportal.erp.inbound.document_report import DocumentReport, why_refused
from kundenportal.erp.inbound.files import DOCUMENTS
from kundenportal.erp.inbound.named_files import NamedFilesSource, Unmatched
from kundenportal.erp.inbound.source import Source, SourceRefused, ZipSource
from kundenportal.erp.locks import AlreadyRunning, only_one
from kundenportal.erp.mails import enqueue_documents_wait
from kundenportal.erp.retries import wait_after
from kundenportal.files.accepted import PDF, FileRefusal
from kundenportal.files.models import StoredFile
from kundenportal.files.services import storing_many
from kundenportal.files.storage import private_storage

MOST_ATTEMPTS = 3
"""A delivery that kills its process so often is given up."""

TOLD_AFTER = 2
"""After so many tries in a row that the storage refused, the operator hears of it."""

State = DocumentBatch.State

log = structlog.get_logger(__name__)


class _Stopped(Exception):
    """Somebody stopped the delivery."""


class _Lost(Exception):
    """The storage does not have what was uploaded any more."""


@dataclass
class _Result:
    """What one step found: the import's report, and how many waits for somebody to say whose it is."""

    report: DocumentReport
    unmatched: int

    @property
    def documents(self) -> int:
        return self.report.new + self.report.replaced + self.report.quarantined

    def as_json(self) -> dict[str, Any]:
        rehearsed = [vars(each) for each in self.report.rehearsed]
        return self.report.as_json() | {"rehearsed": rehearsed, "unmatched": self.unmatched}


def take_in_batches(now: dt.datetime) -> int:
    """Do the next step of the oldest uploaded delivery, and return how many steps were done: one or none.

    A step takes as long as an import; others of the job runner's tasks wait for it, unless several run.

    Raises:
        OSError: when the storage is full or out of reach; the delivery is tried again later, and when that
            fails too the operator is told.

    """
    if not _workable(now).exists():
        return 0
    try:
        with only_one("document-batches"):
            return _next_step(now)
    except AlreadyRunning:
        return 0


def _workable(now: dt.datetime) -> QuerySet[DocumentBatch]:
    is_due = Q(next_try_at=None) | Q(next_try_at__lte=now) | Q(is_stopping=True)
    return DocumentBatch.objects.filter(is_due, state__in=WORKABLE, ended_at=None).order_by("pk")


def _next_step(now: dt.datetime) -> int:
    """Do a step of the oldest delivery that can be worked on: one that fails keeps no other waiting."""
    failure: OSError | None = None
    for batch in _workable(now).select_related("file", "uploaded_by__user"):
        try:
            if _step(batch, now):
                return 1
        except OSError as error:
            _put_off(batch, error, now)
            failure = failure or error
    if failure is not None:
        raise failure
    return 0


def _put_off(batch: DocumentBatch, error: OSError, now: dt.datetime) -> None:
    """Let a delivery wait for the storage, and tell the operator when that was not over in a minute."""
    batch.failures += 1
    batch.trouble = (error.strerror or type(error).__name__)[:200]
    next_try_at = now + wait_after(batch.failures)
    log.warning("documents.batch_failed", batch=batch.pk, reason=batch.trouble, failures=batch.failures)
    with transaction.atomic(durable=True):
        _note(batch, failures=batch.failures, trouble=batch.trouble, next_try_at=next_try_at)
        if batch.failures == TOLD_AFTER:
            enqueue_documents_wait(batch, now=now)


def _step(batch: DocumentBatch, now: dt.datetime) -> bool:
    """Do a delivery's next step; tell whether it was still there to be worked on."""
    if batch.is_stopping:
        _end(batch, State.STOPPED, {}, now=now)
        return True
    if batch.attempts >= MOST_ATTEMPTS:
        told = _("Die Lieferung ließ sich auch beim dritten Mal nicht verarbeiten.")
        _end(batch, State.REFUSED, {"refusal": told}, now=now)
        return True
    is_filing = batch.state in {State.RELEASED, State.FILING}
    if not _claim(batch, State.FILING if is_filing else State.CHECKING):
        return False
    try:
        result = _import(batch, is_filing=is_filing, now=now)
    except _Stopped:
        _end(batch, State.STOPPED, {}, now=now)
    except (SourceRefused, _Lost) as error:
        _end(batch, State.REFUSED, {"refusal": str(error)}, now=now)
    except (AlreadyRunning, OSError):
        # Not the delivery's fault: it is begun again.
        _note(batch, attempts=batch.attempts)
        raise
    else:
        _go_on(batch, result, is_filing=is_filing, now=now)
    return True


def _claim(batch: DocumentBatch, state: DocumentBatch.State) -> bool:
    """Take a delivery on, unless somebody stopped it since it was read; it waits for nothing meanwhile."""
    as_read = DocumentBatch.objects.filter(pk=batch.pk, state=batch.state, ended_at=None)
    attempts = batch.attempts + 1
    return bool(as_read.update(state=state, attempts=attempts, next_try_at=None, done=0, total=0))


def _import(batch: DocumentBatch, *, is_filing: bool, now: dt.datetime) -> _Result:
    with _opened(batch, now=now) as source:

        def progress(_name: str, done: int, total: int) -> None:
            _note(batch, done=done, total=total)
            if DocumentBatch.objects.filter(pk=batch.pk, is_stopping=True).exists():
                raise _Stopped

        report = import_documents(
            source,
            is_dry_run=not is_filing,
            now=now,
            progress=progress,
            actor=batch.uploaded_by.user.actor,
        )
        unmatched = 0
        if isinstance(source, NamedFilesSource):
            for name in source.others:
                report.blame(0, "datei", name, why_refused(FileRefusal.UNKNOWN_FORMAT))
            unmatched = _leave_unmatched(source, report, is_filing=is_filing, now=now)
    return _Result(report, unmatched)


@contextmanager
def _opened(batch: DocumentBatch, *, now: dt.datetime) -> Iterator[Source]:
    """Give a delivery as a file of this machine: a ZIP is read here and there, and the storage may be far."""
    assert batch.file is not None, "what has not ended has its file"
    with tempfile.TemporaryDirectory(prefix="kundenportal-documents-") as directory:
        path = Path(directory) / "delivery.zip"
        with _stored(batch.file) as stream, path.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        source: Source = ZipSource(path)
        source.label, source.most_rows = batch.name, settings.UPLOAD_MAX_ROWS
        if DOCUMENTS.name not in source:
            source = NamedFilesSource(source, today=local_date(now, settings.UTILITY_TIME_ZONE))
        yield source


def _stored(file: StoredFile) -> "File[bytes]":
    try:
        return private_storage().open(file.name)
    except FileNotFoundError as error:
        told = _("Die Datei fehlt im Speicher des Portals. Bitte laden Sie sie noch einmal hoch.")
        raise _Lost(told) from error


def _leave_unmatched(
    source: NamedFilesSource, report: DocumentReport, *, is_filing: bool, now: dt.datetime
) -> int:
    """Put what nobody can place into quarantine, and return how much it is; only count it while checking."""
    today, count = local_date(now, settings.UTILITY_TIME_ZONE), 0
    with storing_many() as store:
        for each in source.unmatched:
            content = _read(source, each)
            checked = _checked(content)
            if not isinstance(checked, Checked):
                report.blame(0, "datei", each.name, checked)
                continue
            count += 1
            if is_filing:
                (file,) = store([content], media_type=PDF, now=now)
                quarantine_unmatched(
                    name=each.name,
                    file=file,
                    checked=checked,
                    reason=each.reason,
                    today=today,
                    now=now,
                )
    return count


def _read(source: NamedFilesSource, each: Unmatched) -> bytes:
    with source.open(each.path) as stream:
        return stream.read(MAX_SIZE + 1)


def _checked(content: bytes) -> Checked | str:
    """Return what was found in a PDF of which nobody knows whose it is, or why it is refused."""
    try:
        return check_document(content, None, settings.UTILITY.customer_number)
    except DocumentRefused as refused:
        return why_refused(refused.reason)


def _go_on(batch: DocumentBatch, result: _Result, *, is_filing: bool, now: dt.datetime) -> None:
    report = result.as_json()
    if is_filing:
        _end(batch, State.DONE, report, now=now)
        return
    is_large = needs_second_person(
        documents=result.documents,
        quarantined=result.report.quarantined,
        release_above=settings.DOCUMENTS_RELEASE_ABOVE,
    )
    state = State.AWAITING_RELEASE if is_large else State.RELEASED
    with transaction.atomic(durable=True):
        locked = _locked(batch)
        if locked is None:
            return
        locked.report, locked.attempts, locked.done = report, 0, 0
        locked.failures, locked.trouble, locked.next_try_at = 0, "", None
        if locked.is_stopping:
            end_batch(locked, State.STOPPED, now=now)
            return
        locked.state = state
        locked.save()


def _end(
    batch: DocumentBatch, state: DocumentBatch.State, report: dict[str, Any], *, now: dt.datetime
) -> None:
    with transaction.atomic(durable=True):
        locked = _locked(batch)
        if locked is None:
            return
        locked.report = report or locked.report
        end_batch(locked, state, now=now)
    log.info("documents.batch_ended", batch=batch.pk, state=state.value)


def _locked(batch: DocumentBatch) -> DocumentBatch | None:
    """Return a delivery, locked; none when it has ended, for then it stays as it is."""
    rows = DocumentBatch.objects.select_for_update(of=("self",)).select_related("file")
    return rows.filter(pk=batch.pk, ended_at=None).first()


def _note(batch: DocumentBatch, **values: object) -> None:
    """Write how far a delivery is; others write to the rest of the row."""
    DocumentBatch.objects.filter(pk=batch.pk).update(**values)
