"""What staff decide about a delivery that was checked: it is imported, or thrown away."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.erp.deliveries.endings import end
from kundenportal.erp.deliveries.rules import loses_much
from kundenportal.erp.models import Delivery, DeliveryFault
from kundenportal.identity.models import StaffMember

EXPIRES_AFTER = dt.timedelta(days=7)
"""How long a checked delivery waits for a release: an older one tells of a state that is no more."""

FAULTS_KEPT_FOR = dt.timedelta(days=90)

Status = Delivery.Status


class NotWaiting(Exception):
    """Nobody can decide about the delivery, because it does not wait for a release any more."""


class CheckedAnew(Exception):
    """The delivery was checked anew since it was shown; what it would do may be something else now."""


class LosesMuch(Exception):
    """The delivery would end much, and that was not allowed."""


class SecondPersonNeeded(Exception):
    """Whoever uploaded a delivery does not decide that it may end much (security.md A22)."""


def release_delivery(
    delivery_id: int, *, seen: dt.datetime, allows_loss: bool, member: StaffMember, now: dt.datetime
) -> Delivery:
    """Let the job runner import a delivery that was checked: that very file, with that very outcome.

    Args:
        delivery_id: which.
        seen: the moment of the check that was shown, ``Delivery.checked_at``.
        allows_loss: whether it may end more than a delivery may usually end.
        member: who releases it.
        now: when, aware.

    Raises:
        NotWaiting, CheckedAnew, LosesMuch: nothing was changed.
        SecondPersonNeeded: when he uploaded it himself and it ends much; nothing was changed.

    """
    with transaction.atomic(durable=True):
        delivery = _waiting(delivery_id)
        if delivery.checked_at != seen:
            raise CheckedAnew(str(delivery))
        if loses_much(delivery.report) and not allows_loss:
            raise LosesMuch(str(delivery))
        if needs_another_person(delivery, member):
            raise SecondPersonNeeded(str(delivery))
        delivery.status, delivery.due_at, delivery.allows_loss = Status.RELEASED, now, allows_loss
        delivery.decided_by, delivery.decided_at = member, now
        delivery.save()
        record(
            "delivery.released",
            actor=member.user.actor,
            now=now,
            subject=str(delivery),
            details={"sha256": delivery.sha256, "allows_loss": allows_loss},
        )
    return delivery


def needs_another_person(delivery: Delivery, member: StaffMember) -> bool:
    """Tell whether somebody else than this member must release a delivery."""
    return loses_much(delivery.report) and delivery.received_by_id == member.pk


def reject_delivery(delivery_id: int, *, member: StaffMember, now: dt.datetime) -> Delivery:
    """Throw a delivery away that was checked.

    Args:
        delivery_id: which.
        member: who decides.
        now: when, aware.

    Raises:
        NotWaiting: nothing was changed.

    """
    with transaction.atomic(durable=True):
        delivery = _waiting(delivery_id)
        delivery.decided_by, delivery.decided_at = member, now
        end(delivery, Status.REJECTED, now=now, actor=member.user.actor)
    return delivery


def tidy_deliveries(now: dt.datetime) -> int:
    """End what nobody released for days, and forget the faults of old deliveries; return how many ended."""
    waiting = Delivery.objects.filter(status=Status.CHECKED, checked_at__lt=now - EXPIRES_AFTER)
    count = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic(durable=True):
            delivery = Delivery.objects.select_for_update().get(pk=pk)
            if delivery.status == Status.CHECKED:
                end(delivery, Status.EXPIRED, now=now)
                count += 1
    DeliveryFault.objects.filter(delivery__ended_at__lt=now - FAULTS_KEPT_FOR).delete()
    return count


def _waiting(delivery_id: int) -> Delivery:
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    if delivery.status != Status.CHECKED:
        raise NotWaiting(str(delivery))
    return delivery
