"""What is shown of deliveries."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max

from kundenportal.erp.models import Delivery, DeliveryFault

_TROUBLE_FOR = dt.timedelta(days=7)

Status = Delivery.Status


@dataclass(frozen=True)
class DeliveryPage:
    """Some deliveries, the newest first, and the id before which the next ones follow, if there are any."""

    deliveries: list[Delivery]
    next_before: int | None


def deliveries_page(*, before: int | None, limit: int) -> DeliveryPage:
    """Return a page of deliveries; one query.

    Args:
        before: the id after the page's first; None for the first page.
        limit: how many at most.

    """
    rows = Delivery.objects.select_related("received_by__user").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    return DeliveryPage(shown, shown[-1].pk if len(found) > limit else None)


def delivery_numbered(number: int) -> Delivery:
    """Return a delivery with who handed it in and who decided; one query.

    Raises:
        Delivery.DoesNotExist: when there is none.

    """
    return Delivery.objects.select_related("received_by__user", "decided_by__user").get(pk=number)


def faults_of(delivery: Delivery, *, limit: int | None) -> list[DeliveryFault]:
    """Return the listed faults of a delivery by file and line."""
    faults = delivery.faults.order_by("place")
    return list(faults if limit is None else faults[:limit])


def waiting_for_release() -> int:
    """Return how many deliveries wait for a release."""
    return Delivery.objects.filter(status=Status.CHECKED).count()


def in_trouble(now: dt.datetime) -> list[Delivery]:
    """Return of each kind the last delivery of these days, where it was not imported; one query."""
    ended = Delivery.objects.filter(
        ended_at__gt=now - _TROUBLE_FOR, status__in=(Status.IMPORTED, Status.REFUSED, Status.FAILED)
    )
    last = ended.values("kind").annotate(last=Max("pk")).values("last")
    return list(Delivery.objects.filter(pk__in=last).exclude(status=Status.IMPORTED).order_by("pk"))
