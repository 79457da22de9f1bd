"""How a delivery comes to rest: with its report kept, held for somebody to release it, or ended."""

import datetime as dt

from kundenportal.audit.services import record
from kundenportal.erp.deliveries.steps import Outcome
from kundenportal.erp.mails import enqueue_needs_you
from kundenportal.erp.models import Delivery, DeliveryFault
from kundenportal.files.models import StoredFile

Status = Delivery.Status


def keep_report(delivery: Delivery, outcome: Outcome, *, seconds: float) -> None:
    """Keep what was told of a delivery in place of what was told before; the caller stores the delivery.

    Args:
        delivery: which.
        outcome: what was told.
        seconds: how long it took.

    """
    delivery.report, delivery.fault_count = outcome.report, outcome.fault_count
    delivery.seconds, delivery.step, delivery.percent = seconds, "", 0
    delivery.faults.all().delete()
    DeliveryFault.objects.bulk_create(
        DeliveryFault(
            delivery=delivery,
            place=place,
            file=each.file[:120],
            line=each.line,
            column=each.column[:60],
            value=each.value[:80],
            reason=each.reason,
        )
        for place, each in enumerate(outcome.faults)
    )


def hold(delivery: Delivery, *, now: dt.datetime) -> None:
    """Let a delivery wait for somebody who releases it, in the caller's transaction."""
    delivery.status, delivery.attempts, delivery.checked_at = Status.CHECKED, 0, now
    delivery.save()
    record("delivery.checked", actor="system", now=now, subject=str(delivery), details=_told(delivery))
    if delivery.way == Delivery.Way.INBOX:
        enqueue_needs_you(delivery, now=now)


def end(
    delivery: Delivery,
    status: Delivery.Status,
    *,
    now: dt.datetime,
    actor: str = "system",
    needs_somebody: bool = False,
) -> None:
    """End a delivery in the caller's transaction, and let go of what was uploaded.

    Args:
        delivery: which; all that is set on it is stored.
        status: how it ends.
        now: when, aware.
        actor: who ends it.
        needs_somebody: whether somebody should look at it although it was imported.

    """
    delivery.status, delivery.ended_at = status, now
    delivery.save()
    files = list(delivery.pieces.values_list("file_id", flat=True))
    delivery.pieces.all().delete()
    StoredFile.objects.filter(pk__in=files).delete()
    record(f"delivery.{status}", actor=actor, now=now, subject=str(delivery), details=_told(delivery))
    is_trouble = status == Status.FAILED or (
        delivery.way == Delivery.Way.INBOX and (status == Status.REFUSED or needs_somebody)
    )
    if is_trouble:
        enqueue_needs_you(delivery, now=now)


def _told(delivery: Delivery) -> dict[str, str | int]:
    return {"kind": delivery.kind, "sha256": delivery.sha256, "faults": delivery.fault_count}
