"""What the job runner does about deliveries: one at a time, whatever it or a former process is killed at.

Who holds the lock works; a delivery that is marked as being worked on was left by a process that is no more,
and is worked on again. An import writes that the delivery is imported in its own transaction, so that what
was imported is never imported, or checked against itself, again.
"""

import datetime as dt
import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kundenportal.erp.deliveries.content import kind_of, opened, refuse_uploaded_documents, sweep_left_behind
from kundenportal.erp.deliveries.endings import end, hold, keep_report
from kundenportal.erp.deliveries.inbox import file_away, take_from_inbox
from kundenportal.erp.deliveries.progress import progress_of
from kundenportal.erp.deliveries.rules import changes_of, is_renaming_many, loses_much
from kundenportal.erp.deliveries.steps import Outcome, brings_documents, check_delivery, import_delivery
from kundenportal.erp.inbound.source import DirectorySource, SourceRefused
from kundenportal.erp.locks import AlreadyRunning, only_one
from kundenportal.erp.models import AT_WORK, Delivery
from kundenportal.erp.retries import wait_after

MOST_ATTEMPTS = 5
_WAITS_FOR_OTHERS = dt.timedelta(seconds=20)

Kind, Status, Way = Delivery.Kind, Delivery.Status, Delivery.Way

log = structlog.get_logger(__name__)


def work_on_deliveries(now: dt.datetime) -> int:
    """Take what is in the inbox, work on one delivery that is due, and file away what has ended.

    Args:
        now: when, aware.

    Returns:
        How many things were done; 0 also when another process is at it.

    """
    try:
        with only_one("deliveries"):
            sweep_left_behind()
            done = _take_from_inbox(now)
            delivery = due_deliveries(now).first()
            if delivery is not None:
                _work_on(delivery, now)
                done += 1
            return done + _file_away_ended(now)
    except AlreadyRunning:
        return 0


def due_deliveries(now: dt.datetime) -> QuerySet[Delivery]:
    """Return the deliveries that something is to be done about now, in their order."""
    return Delivery.objects.filter(status__in=AT_WORK, due_at__lte=now).order_by("due_at", "pk")


def unfiled_deliveries() -> QuerySet[Delivery]:
    """Return the deliveries of the inbox that have ended and are to be filed away."""
    if not settings.INBOX_DIR:
        return Delivery.objects.none()
    return Delivery.objects.filter(way=Way.INBOX, filed_at=None).exclude(ended_at=None).order_by("pk")


def _take_from_inbox(now: dt.datetime) -> int:
    """Take what is in the inbox; one that cannot be read keeps nothing else waiting."""
    try:
        return take_from_inbox(now)
    except OSError as error:
        log.warning("inbox.failed", reason=error.strerror)
        return 0


def _file_away_ended(now: dt.datetime) -> int:
    """File away what has ended, and return how many there were; what fails is tried again later."""
    count = 0
    for delivery in unfiled_deliveries():
        try:
            file_away(delivery, now=now)
            count += 1
        except OSError as error:
            log.warning("inbox.failed", delivery=str(delivery), reason=error.strerror)
    return count


@dataclass(frozen=True)
class _Clock:
    """The time as it goes on while something long is done."""

    started_at: dt.datetime
    started: float

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.started

    def now(self) -> dt.datetime:
        """Return the moment it is now."""
        return self.started_at + dt.timedelta(seconds=self.seconds)


def _work_on(delivery: Delivery, now: dt.datetime) -> None:
    """Check or import a delivery; what goes wrong on the way is tried again some times."""
    clock = _Clock(now, time.monotonic())
    if delivery.attempts >= MOST_ATTEMPTS:
        _fail(delivery, _("Die Arbeit daran ist mehrmals abgebrochen."), clock)
        return
    is_import = delivery.status in {Status.RELEASED, Status.IMPORTING}
    _begin(delivery, Status.IMPORTING if is_import else Status.CHECKING)
    # What comes now sets it back to 0 in a transaction that may fail.
    attempts = delivery.attempts
    try:
        with opened(delivery) as path:
            refuse_uploaded_documents(delivery, path)
            (_import if is_import else _check)(delivery, path, clock)
    except AlreadyRunning:
        _again(delivery, is_import, clock.now() + _WAITS_FOR_OTHERS, attempts=attempts - 1)
    except SourceRefused as error:
        _refuse(delivery, str(error), clock)
    except Exception as error:
        log.exception("delivery.failed", delivery=str(delivery))
        if attempts >= MOST_ATTEMPTS:
            _fail(delivery, _reason(error), clock)
        else:
            _again(delivery, is_import, clock.now() + wait_after(attempts), attempts=attempts)


def _begin(delivery: Delivery, status: Delivery.Status) -> None:
    delivery.status, delivery.attempts = status, delivery.attempts + 1
    delivery.step, delivery.percent = "", 0
    with transaction.atomic(durable=True):
        delivery.save(update_fields=["status", "attempts", "step", "percent"])


def _again(delivery: Delivery, is_import: bool, due_at: dt.datetime, *, attempts: int) -> None:
    """Put a delivery back, to be worked on later."""
    changes = {"due_at": due_at, "attempts": attempts, "step": "", "percent": 0}
    status = Status.RELEASED if is_import else Status.WAITING
    with transaction.atomic(durable=True):
        # The import's own transaction may have ended it before something else went wrong.
        Delivery.objects.filter(pk=delivery.pk, ended_at=None).update(status=status, **changes)


def _check(delivery: Delivery, path: Path, clock: _Clock) -> None:
    delivery.kind, delivery.sha256 = kind_of(path), _digest(path)
    # A later delivery of the same kind ends the warning about one that fails.
    with transaction.atomic(durable=True):
        delivery.save(update_fields=["kind"])
    if delivery.kind == Kind.DOCUMENTS and not _needs_release(delivery):
        # Each document stands for itself: looking into all of them twice would refuse none more.
        outcome = Outcome({}, [], 0, is_refused=False)
    else:
        progress = progress_of(delivery, path)
        outcome = check_delivery(
            delivery,
            path,
            allow_loss=_needs_release(delivery),
            now=clock.now(),
            progress=progress,
        )
    with transaction.atomic(durable=True):
        keep_report(delivery, outcome, seconds=clock.seconds)
        if outcome.is_refused:
            end(delivery, Status.REFUSED, now=clock.now())
        elif _needs_release(delivery) or is_renaming_many(outcome.report):
            hold(delivery, now=clock.now())
        else:
            delivery.status, delivery.due_at, delivery.attempts = Status.RELEASED, clock.started_at, 0
            delivery.save()


def _import(delivery: Delivery, path: Path, clock: _Clock) -> None:
    if _digest(path) != delivery.sha256:
        raise SourceRefused(_("Die Datei ist nicht mehr die, die geprüft wurde."))
    expected, differs = changes_of(delivery.report), False
    goes_on = (
        delivery.kind == Kind.MASTER_DATA and not delivery.report.get("imported") and brings_documents(path)
    )

    def conclude(outcome: Outcome) -> str:
        nonlocal differs
        differs = delivery.decided_by_id is not None and changes_of(outcome.report) != expected
        if differs:
            return _("Seit der Prüfung hat sich der Bestand geändert.")
        _conclude(delivery, outcome, clock, goes_on=goes_on)
        return ""

    progress = progress_of(delivery, path)
    outcome = import_delivery(delivery, path, conclude=conclude, now=clock.now(), progress=progress)
    delivery.refresh_from_db()
    if delivery.status != Status.IMPORTING:
        return
    with transaction.atomic(durable=True):
        if not outcome.is_refused:
            _conclude(delivery, outcome, clock, goes_on=False)
        elif differs or (loses_much(outcome.report) and not outcome.fault_count):
            _check_again(delivery, outcome, clock)
        else:
            keep_report(delivery, outcome, seconds=clock.seconds)
            end(delivery, Status.REFUSED, now=clock.now())


def _conclude(delivery: Delivery, outcome: Outcome, clock: _Clock, *, goes_on: bool) -> None:
    """Write in the caller's transaction that a delivery is imported, or that its documents come next."""
    former = delivery.report if delivery.report.get("imported") else {}
    keep_report(delivery, outcome, seconds=clock.seconds)
    if former:
        delivery.report = {**former, "documents": outcome.report}
    if goes_on:
        delivery.status, delivery.due_at, delivery.attempts = Status.RELEASED, clock.started_at, 0
        delivery.save()
    else:
        end(delivery, Status.IMPORTED, now=clock.now(), needs_somebody=outcome.needs_somebody)


def _check_again(delivery: Delivery, outcome: Outcome, clock: _Clock) -> None:
    """Take what an import would have done now as the result of a new check, to be released anew."""
    keep_report(delivery, outcome, seconds=clock.seconds)
    delivery.report = {**delivery.report, "refusals": []}
    delivery.decided_by, delivery.decided_at, delivery.allows_loss = None, None, False
    delivery.has_changed_since_check = True
    hold(delivery, now=clock.now())


def _needs_release(delivery: Delivery) -> bool:
    return delivery.way == Way.UPLOAD or settings.IMPORT_RELEASE == "staff"


def _refuse(delivery: Delivery, reason: str, clock: _Clock) -> None:
    _end_with_reason(delivery, Status.REFUSED, reason, clock)


def _fail(delivery: Delivery, reason: str, clock: _Clock) -> None:
    _end_with_reason(delivery, Status.FAILED, reason, clock)


def _end_with_reason(delivery: Delivery, status: Delivery.Status, reason: str, clock: _Clock) -> None:
    with transaction.atomic(durable=True):
        delivery.refresh_from_db()
        if delivery.ended_at is None:
            _append_refusal(delivery, reason)
            delivery.seconds = clock.seconds
            end(delivery, status, now=clock.now())


def _append_refusal(delivery: Delivery, reason: str) -> None:
    delivery.report = {**delivery.report, "refusals": [*delivery.report.get("refusals", []), reason]}


def _reason(error: Exception) -> str:
    """Return why it failed; of what is none of ours the kind alone, for messages carry what is in files."""
    if isinstance(error, OSError):
        return _("Der Speicher nimmt nichts an: %(error)s") % {
            "error": error.strerror or type(error).__name__
        }
    return _("Ein Fehler im Kundenportal: %(error)s. Mehr steht im Protokoll des Job-Runners.") % {
        "error": type(error).__name__
    }


def _digest(path: Path) -> str:
    """Return the SHA-256 that tells whether a delivery is still the one that was looked into."""
    if path.is_dir():
        return DirectorySource(path).whole_digest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
