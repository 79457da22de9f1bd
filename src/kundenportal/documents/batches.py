"""Deliveries of documents that staff upload: taken in, released by somebody else, stopped."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.documents.models import DocumentBatch
from kundenportal.files.services import store_file
from kundenportal.identity.models import StaffMember

ZIP = "application/zip"

State = DocumentBatch.State

KEPT_FOR = dt.timedelta(days=90)
"""How long what became of a delivery is told; the documents and the audit trail stay."""

_WAITS = (State.RECEIVED, State.AWAITING_RELEASE, State.RELEASED)


class SecondPersonNeeded(Exception):
    """Whoever uploaded a delivery does not release it."""


class ChangedMeanwhile(Exception):
    """The delivery stands elsewhere by now; nothing was changed."""


@transaction.atomic(durable=True)
def receive_batch(*, member: StaffMember, name: str, content: bytes, now: dt.datetime) -> DocumentBatch:
    """Keep a delivery for the job runner, which looks into it; no customer sees anything yet.

    Args:
        member: who uploaded it.
        name: what his file is called.
        content: the ZIP file; not looked into yet.
        now: when, aware.

    Raises:
        OSError: when the storage is full or out of reach; nothing is kept then.

    """
    file = store_file(content, media_type=ZIP, now=now)
    batch = DocumentBatch.objects.create(name=name[:120], file=file, uploaded_by=member, uploaded_at=now)
    _record("documents.batch_received", batch, member, now, sha256=file.sha256)
    return batch


@transaction.atomic(durable=True)
def release_batch(batch: DocumentBatch, *, member: StaffMember, now: dt.datetime) -> None:
    """Let a delivery go to the customers that waits for somebody else's eyes.

    Args:
        batch: the delivery.
        member: who releases it.
        now: when, aware.

    Raises:
        SecondPersonNeeded: when he uploaded it himself.
        ChangedMeanwhile: when it waits for no release.

    """
    locked = _locked(batch)
    if locked.state != State.AWAITING_RELEASE:
        raise ChangedMeanwhile(locked.state)
    if locked.uploaded_by_id == member.pk:
        raise SecondPersonNeeded(str(member))
    locked.state, locked.released_by, locked.released_at = State.RELEASED, member, now
    locked.attempts = locked.done = 0
    locked.save()
    _record("documents.batch_released", locked, member, now)


@transaction.atomic(durable=True)
def stop_batch(batch: DocumentBatch, *, member: StaffMember, now: dt.datetime) -> None:
    """Stop a delivery: at once while it waits, else as soon as the lot that is on its way is through.

    What was filed before stays, and is recalled one by one where it must be.

    Raises:
        ChangedMeanwhile: when it has ended.

    """
    locked = _locked(batch)
    if locked.ended_at is not None:
        raise ChangedMeanwhile(locked.state)
    if locked.state in _WAITS:
        end_batch(locked, State.STOPPED, now=now)
    else:
        locked.is_stopping = True
        locked.save()
    _record("documents.batch_stopped", locked, member, now)


def delete_old_batches(now: dt.datetime) -> int:
    """Forget deliveries that ended long ago: their reports name customers. Return how many."""
    deleted, _each = DocumentBatch.objects.filter(ended_at__lt=now - KEPT_FOR).delete()
    return deleted


def end_batch(batch: DocumentBatch, state: DocumentBatch.State, *, now: dt.datetime) -> None:
    """End a delivery and let go of its file, in the caller's transaction."""
    file, batch.file = batch.file, None
    batch.state, batch.ended_at = state, now
    batch.save()
    if file is not None:
        file.delete()


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the ZIP file that several uploaded PDFs are kept as.

    Args:
        files: names and contents; of two files of one name both are kept, and the import tells of it.

    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, (name, content) in enumerate(files, start=1):
            # A folder for each keeps names apart that differ only in case; a colon would lead elsewhere.
            archive.writestr(f"{number}/{name.replace(':', '-')}", content)
    return buffer.getvalue()


def _locked(batch: DocumentBatch) -> DocumentBatch:
    return DocumentBatch.objects.select_for_update(of=("self",)).select_related("file").get(pk=batch.pk)


def _record(action: str, batch: DocumentBatch, member: StaffMember, now: dt.datetime, **details: str) -> None:
    record(
        action,
        actor=member.user.actor,
        now=now,
        subject=f"document-batch:{batch.pk}",
        details={"name": batch.name, **details},
    )
