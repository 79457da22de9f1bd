"""Exporting submissions: each in exactly one batch, each batch one complete directory.

The order makes it safe to be killed anywhere. A short transaction gives the waiting submissions to a new
batch; from then on the batch's content never changes. Then its directory is written beside its place and
moved there in one step; then the batch is marked as written. A batch without that mark is written, again
if need be, before any new one, with the same number and content.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from kundenportal.audit.services import record
from kundenportal.erp.locks import only_one
from kundenportal.erp.outbound.addresses import ADDRESSES
from kundenportal.erp.outbound.advance_payments import ADVANCE_PAYMENTS
from kundenportal.erp.outbound.bank_accounts import BANK_ACCOUNTS
from kundenportal.erp.outbound.contact import CONTACT_MESSAGES
from kundenportal.erp.outbound.directory import make_directory, publish_directory, write_file
from kundenportal.erp.outbound.formats import FORMATS, FileFormat
from kundenportal.erp.outbound.readings import READINGS
from kundenportal.erp.outbound.tables import Row, Table, moment_text
from kundenportal.submissions.models import ExportBatch, Submission
from kundenportal.submissions.selectors import ready_for_export

TABLES = (READINGS, ADVANCE_PAYMENTS, ADDRESSES, BANK_ACCOUNTS, CONTACT_MESSAGES)
"""The table of every kind of submission."""

_BATCH_NAME = re.compile(r"batch-(\d{6,15})", re.ASCII)
_ROWS_PER_BLOCK = 2000


ERP = "erp"
"""The actor of everything that commands do for the billing system."""


@dataclass(frozen=True)
class Act:
    """What somebody does with a batch, as the audit trail calls it, and who."""

    name: str
    actor: str


class UnknownBatch(LookupError):
    """There is no batch of this number."""


class BatchChanged(Exception):
    """The batch's rows are no longer those that were written."""


@dataclass(frozen=True)
class WrittenBatch:
    """What was written: the batch's number, its directory, its submissions and its rows by file name."""

    number: int
    directory: Path
    submissions: int
    rows: dict[str, int]


def export_submissions(directory: Path, *, file_format: str, now: dt.datetime) -> list[WrittenBatch]:
    """Write every submission that is not exported yet as one batch, after the batches that were cut off.

    Args:
        directory: where the batch's directory appears; it is made when it is missing.
        file_format: ``csv`` or ``json``; a batch that was cut off keeps its own.
        now: when, aware.

    Raises:
        AlreadyRunning: when another export runs.
        DirectoryTaken: when something else has a batch's name.
        OSError: when the files cannot be written; the batch is written at the next run.

    """
    with only_one("export"):
        make_directory(directory)
        written = _write_unwritten(directory, now=now)
        batch = _open_batch(directory, file_format, actor=ERP, now=now)
        if batch is not None:
            written.append(_write_batch(batch, directory, now=now))
    return written


def write_unwritten(directory: Path, *, now: dt.datetime) -> list[WrittenBatch]:
    """Write the batches that were opened, or cut off, and are not on disk yet; no new one is opened.

    Args:
        directory: as for ``export_submissions``.
        now: when, aware.

    Raises:
        AlreadyRunning, DirectoryTaken, OSError: as for ``export_submissions``.

    """
    with only_one("export"):
        make_directory(directory)
        return _write_unwritten(directory, now=now)


def open_batch(
    directory: Path | None, *, file_format: str, actor: str, now: dt.datetime
) -> ExportBatch | None:
    """Give every waiting submission to a new batch, and leave writing it to whoever comes next.

    Args:
        directory: where batches appear, if anywhere: the new number follows those that are there.
        file_format: ``csv`` or ``json``.
        actor: who wants it.
        now: when, aware.

    Returns:
        The batch, or None when nothing waits.

    Raises:
        AlreadyRunning: when an export runs.

    """
    with only_one("export"):
        return _open_batch(directory, file_format, actor=actor, now=now)


def repeat_batch(number: int, directory: Path, *, now: dt.datetime, act: Act | None = None) -> WrittenBatch:
    """Write an old batch again, byte for byte.

    Args:
        number: the batch's number.
        directory: where the batch's directory appears; it is made when it is missing.
        now: when, aware.
        act: who wants it and for what, as the audit trail calls it; the billing system, when left out.

    Raises:
        UnknownBatch: when there is none of this number.
        BatchChanged: when its bytes would differ from those written first; nothing is written then.
        AlreadyRunning, DirectoryTaken, OSError: as for ``export_submissions``.

    """
    with only_one("export"):
        batch = ExportBatch.objects.filter(pk=number).first()
        if batch is None:
            raise UnknownBatch(number)
        make_directory(directory)
        return _write_batch(batch, directory, now=now, act=act)


def _write_unwritten(directory: Path, *, now: dt.datetime) -> list[WrittenBatch]:
    unwritten = ExportBatch.objects.filter(written_at=None).order_by("pk")
    return [_write_batch(batch, directory, now=now) for batch in unwritten]


def _open_batch(
    directory: Path | None, file_format: str, *, actor: str, now: dt.datetime
) -> ExportBatch | None:
    """Give every waiting submission to a new batch; return None when none waits.

    The number follows the last one instead of a sequence, so that a gap means a batch that was lost. It
    also follows those in the directory: they may be younger than the backup a database was restored from.
    What was on hold goes by its own time, in the same statement that takes it, so that a change is either
    stopped or exported, whoever comes first.
    """
    with transaction.atomic(durable=True):
        known = ExportBatch.objects.aggregate(number=Max("pk"))["number"] or 0
        last = max([known, *(_numbers_in(directory) if directory else ())])
        batch = ExportBatch.objects.create(pk=last + 1, created_at=now, format=file_format)
        ready = ready_for_export(now=now)
        count = ready.update(status=Submission.Status.EXPORTED, batch=batch, waits_since=None)
        if not count:
            transaction.set_rollback(True)
            return None
        record("batch.opened", actor=actor, now=now, subject=str(batch), details={"submissions": count})
    return batch


def _numbers_in(directory: Path) -> list[int]:
    """Return the numbers of the batches in a directory."""
    names = (_BATCH_NAME.fullmatch(path.name) for path in directory.iterdir())
    return [int(name[1]) for name in names if name]


def _write_batch(
    batch: ExportBatch, directory: Path, *, now: dt.datetime, act: Act | None = None
) -> WrittenBatch:
    """Write a batch's directory and mark the batch as written, or check it against what was written."""
    target = directory / str(batch)
    submissions = batch.submissions.count()
    files: dict[str, dict[str, str | int]] = {}

    def fill(folder: Path) -> None:
        for table in TABLES:
            files.update(_write_table(table, batch, folder))
        if batch.written_at is not None and files != batch.files:
            raise BatchChanged(str(batch))
        write_file(folder / "batch.json", [_summary(batch, submissions, files)])

    publish_directory(target, fill)
    _mark_written(batch, files, now=now, act=act)
    rows = {name: int(each["rows"]) for name, each in files.items()}
    return WrittenBatch(batch.pk, target, submissions, rows)


def _write_table(table: Table, batch: ExportBatch, folder: Path) -> dict[str, dict[str, str | int]]:
    """Write a table's file if it has rows, and return its name, SHA-256 and number of rows."""
    file_format = FORMATS[batch.format]
    rows = table.rows(batch, file_format.decimal_mark)
    first = list(islice(rows, 1))
    if not first:
        return {}
    count = _Count()
    name = f"{table.name}.{file_format.suffix}"
    blocks = _blocks(table, count.of(chain(first, rows)), file_format)
    sha256 = write_file(folder / name, blocks)
    return {name: {"sha256": sha256, "rows": count.value}}


def _blocks(table: Table, rows: Iterator[Row], file_format: FileFormat) -> Iterator[bytes]:
    yield file_format.header(table.columns)
    while block := list(islice(rows, _ROWS_PER_BLOCK)):
        yield file_format.encode(table.columns, block)


def _summary(batch: ExportBatch, submissions: int, files: dict[str, dict[str, str | int]]) -> bytes:
    """Return ``batch.json``; the time is the batch's own, so that a repeat is the same."""
    summary = {
        "number": batch.pk,
        "time": moment_text(batch.created_at),
        "format": batch.format,
        "submissions": submissions,
        "files": files,
    }
    return (json.dumps(summary, indent=2) + "\n").encode()


def _mark_written(
    batch: ExportBatch, files: dict[str, dict[str, str | int]], *, now: dt.datetime, act: Act | None
) -> None:
    """Note in one transaction that a batch is on disk, or that it was written again, and what was."""
    with transaction.atomic(durable=True):
        action = act.name if act else "batch.repeated" if batch.written_at else "batch.written"
        # With an outbox, somebody's own copy does not stand for the one that the billing system waits for.
        if batch.written_at is None and not (act and settings.OUTBOX_DIR):
            batch.files, batch.written_at = files, now
            batch.save(update_fields=["files", "written_at"])
        details: dict[str, str | int] = {name: str(each["sha256"]) for name, each in files.items()}
        if act:
            details["rows"] = sum(int(each["rows"]) for each in files.values())
        record(action, actor=act.actor if act else ERP, now=now, subject=str(batch), details=details)


class _Count:
    """Counts what passes by."""

    def __init__(self) -> None:
        self.value = 0

    def of(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield the rows and count them."""
        for row in rows:
            self.value += 1
            yield row
