"""The outbox: a directory into which batches are written at set times, for the billing system to take."""

import datetime as dt
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction

from kundenportal.core.schedules import Schedule
from kundenportal.erp.locks import AlreadyRunning
from kundenportal.erp.mails import enqueue_outbox_failed
from kundenportal.erp.models import OutboxRun
from kundenportal.erp.outbound.directory import DirectoryTaken
from kundenportal.erp.outbound.export import export_submissions, write_unwritten
from kundenportal.submissions.models import ExportBatch

_TRIED_AGAIN_AFTER = dt.timedelta(minutes=1)
_KEPT_FOR = dt.timedelta(days=30)

log = structlog.get_logger(__name__)


def outbox_is_due(now: dt.datetime) -> bool:
    """Tell whether the outbox is to be filled now, or a batch that somebody opened waits for its writing."""
    if not settings.OUTBOX_DIR:
        return False
    run = OutboxRun.objects.filter(due_at=_due_at(now)).first()
    if run is not None and run.error and now - run.tried_at < _TRIED_AGAIN_AFTER:
        return False
    return run is None or run.done_at is None or ExportBatch.objects.filter(written_at=None).exists()


def fill_outbox(now: dt.datetime) -> int:
    """Write what waits as one batch when its time has come, and return how many batches were written.

    What could not be written is told and tried again in a minute.

    Args:
        now: when, aware.

    """
    if not outbox_is_due(now):
        return 0
    due_at = _due_at(now)
    is_done = OutboxRun.objects.filter(due_at=due_at).exclude(done_at=None).exists()
    directory, count, error = Path(settings.OUTBOX_DIR), 0, ""
    try:
        if is_done:
            count = len(write_unwritten(directory, now=now))
        else:
            written = export_submissions(directory, file_format=settings.OUTBOX_FORMAT, now=now)
            count = len(written)
    except AlreadyRunning:
        return 0
    except DirectoryTaken as taken:
        error = f"{Path(str(taken)).name} is taken"
    except OSError as failed:
        error = failed.strerror or type(failed).__name__
    _note(due_at, count, error, now=now)
    return count


def _due_at(now: dt.datetime) -> dt.datetime:
    schedule: Schedule = settings.OUTBOX_EVERY
    return schedule.last_due(now.astimezone(settings.UTILITY_TIME_ZONE))


def _note(due_at: dt.datetime, count: int, error: str, *, now: dt.datetime) -> None:
    """Note what became of a time, tell the first failure of it, and forget old times."""
    with transaction.atomic(durable=True):
        run, is_new = OutboxRun.objects.select_for_update().get_or_create(
            due_at=due_at, defaults={"tried_at": now}
        )
        if error and (is_new or not run.error):
            log.warning("outbox.failed", reason=error)
            enqueue_outbox_failed(error, now=now)
        run.tried_at, run.error, run.batches = now, error[:200], run.batches + count
        if not error and run.done_at is None:
            run.done_at = now
        run.save()
        OutboxRun.objects.filter(due_at__lt=now - _KEPT_FOR).delete()
