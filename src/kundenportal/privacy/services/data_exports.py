"""Asking for a copy of one's data, making it in the job runner, handing it out and letting go of it."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kundenportal.audit.services import record
from kundenportal.core.encryption import decrypt_content, encrypt_content
from kundenportal.files.models import StoredFile
from kundenportal.files.services import erase_content, read_file, store_file
from kundenportal.identity.models import User
from kundenportal.identity.security_events import report_security_event
from kundenportal.linking.selectors import links_of
from kundenportal.privacy.archive import build_archive
from kundenportal.privacy.exports import as_last_export, is_open, latest_export
from kundenportal.privacy.mails import DATA_EXPORT_READY
from kundenportal.privacy.models import DataExport
from kundenportal.privacy.rules import KEPT_FOR, ExportRefusal, refusal_of_export
from kundenportal.privacy.subjects import Subject, subject_of

LEASE = dt.timedelta(minutes=10)
"""How long one try may take; whoever is cut off leaves the export to the next after that."""

ROWS_KEPT = dt.timedelta(days=90)
"""How long it is known that there was an export, so that its page can say that it is over."""

_PER_RUN = 3
_MEDIA_TYPE = "application/octet-stream"
"""What is stored is sealed; it is a ZIP for nobody but its owner."""


class DataExportRefused(Exception):
    """No further export is made now; nothing was stored. ``refusal`` says why."""

    def __init__(self, refusal: ExportRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class DataExportGone(Exception):
    """The export is not ready, is over, or tells of a customer that the login holds no more."""


@dataclass(frozen=True)
class HandedOut:
    """A data export as its owner gets it."""

    content: bytes
    file_name: str


@transaction.atomic(durable=True)
def request_data_export(*, user: User, device: str, now: dt.datetime) -> DataExport:
    """Note that somebody wants a copy of his data; the job runner makes it.

    Args:
        user: the login; password or passkey were shown just now.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Raises:
        DataExportRefused: when one is being made, or the last was asked for within a day.

    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    refusal = refusal_of_export(as_last_export(latest_export(locked)), now=now)
    if refusal is not None:
        raise DataExportRefused(refusal)
    export = DataExport.objects.create(user=locked, device=device, requested_at=now, next_try_at=now)
    _record("requested", export, now)
    return export


def make_data_exports(now: dt.datetime) -> int:
    """Make the data exports that wait, some at a time, and return how many.

    Each is claimed by moving its next try behind a lease, so that many job runners may do this at once, and
    made without a lock. One that cannot be made stays and is tried again.
    """
    count = 0
    # Looking first keeps an idle job runner from taking the write lock.
    while count < _PER_RUN and _waiting(now).exists() and (export := _claim(now)):
        _make(export, now)
        count += 1
    return count


def hand_out(export: DataExport, *, now: dt.datetime) -> HandedOut:
    """Return the content of a data export and note that it was handed out.

    Args:
        export: the export; the caller has checked that it is the login's own, and that password or passkey
            were shown just now.
        now: when, aware.

    Raises:
        DataExportGone: when it cannot be downloaded (any more).

    """
    if export.file is None or export.ready_at is None or not is_open(export, links_of(export.user), now=now):
        raise DataExportGone
    sealed = read_file(export.file)
    content = decrypt_content(sealed, key=settings.FIELD_KEY, bound_to=_name_of(export))
    with transaction.atomic(durable=True):
        _record("handed_out", export, now)
    made_date = timezone.localdate(export.ready_at, settings.UTILITY_TIME_ZONE)
    return HandedOut(content, f"meine-daten-{made_date.isoformat()}.zip")


def delete_old_data_exports(now: dt.datetime) -> int:
    """Erase the content of data exports after seven days, and forget them after ninety; return how many."""
    with transaction.atomic(durable=True):
        erased = _let_go(DataExport.objects.filter(expires_at__lte=now))
        forgotten, _ = DataExport.objects.filter(requested_at__lt=now - ROWS_KEPT, file=None).delete()
    return erased + forgotten


def forget_data_exports(user: User, now: dt.datetime) -> None:  # noqa: ARG001
    """Delete the data exports of a login that is forgotten, in the caller's transaction."""
    exports = DataExport.objects.filter(user=user)
    _let_go(exports)
    exports.delete()


def _let_go(exports: QuerySet[DataExport]) -> int:
    """Delete the files of data exports, rows in the caller's transaction, contents after it; return how many.

    A process that dies in between, or a storage out of reach, leaves a sealed content that nothing tells of;
    the sweep takes it.
    """
    with_file = exports.exclude(file=None).select_for_update(of=("self",)).select_related("file")
    files = [export.file for export in with_file if export.file]
    DataExport.objects.filter(file__in=files).update(file=None)
    for file in files:
        file.delete()
        transaction.on_commit(partial(erase_content, file.name), robust=True)
    return len(files)


def _waiting(now: dt.datetime) -> QuerySet[DataExport]:
    return DataExport.objects.filter(ready_at=None, next_try_at__lte=now).order_by("next_try_at", "pk")


def _claim(now: dt.datetime) -> DataExport | None:
    with transaction.atomic(durable=True):
        export = (
            _waiting(now).select_for_update(skip_locked=True, of=("self",)).select_related("user").first()
        )
        if export is not None:
            export.next_try_at = now + LEASE
            export.save(update_fields=["next_try_at"])
    return export


def _make(export: DataExport, now: dt.datetime) -> None:
    """Make a claimed export and tell everybody who must know, unless the login is gone meanwhile."""
    subject = subject_of(export.user, now=now)
    sealed = encrypt_content(
        build_archive(subject, now=now), key=settings.FIELD_KEY, bound_to=_name_of(export)
    )
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(pk=export.user_id)
        locked = DataExport.objects.select_for_update().filter(pk=export.pk, ready_at=None).first()
        if locked is None or not user.is_active:
            return
        expires_at = _finish(locked, subject, store_file(sealed, media_type=_MEDIA_TYPE, now=now), now)
        report_security_event(
            DATA_EXPORT_READY,
            user=user,
            device=locked.device,
            context={"export_id": locked.public_id, "expires_at": expires_at.isoformat()},
            action="data_export.made",
            now=now,
        )


def _finish(export: DataExport, subject: Subject, file: StoredFile, now: dt.datetime) -> dt.datetime:
    """Note what was made, and return until when it can be downloaded."""
    export.ready_at = now
    export.expires_at = expires_at = now + KEPT_FOR
    export.customer_ids = [customer.pk for customer in subject.customers]
    export.file = file
    export.save(update_fields=["ready_at", "expires_at", "customer_ids", "file"])
    return expires_at


def _record(what: str, export: DataExport, now: dt.datetime) -> None:
    subject = f"data-export:{export.public_id}"
    record(f"data_export.{what}", actor=f"user:{export.user_id}", now=now, subject=subject)


def _name_of(export: DataExport) -> str:
    return f"data-export:{export.public_id}"
