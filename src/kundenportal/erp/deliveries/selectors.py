"""What is shown of deliveries."""

import datetime as dt

from django.db.models import Max

from kundenportal.core.pages import Page, cut_page
from kundenportal.erp.models import Delivery, DeliveryFault

_TROUBLE_FOR = dt.timedelta(days=7)

Status = Delivery.Status


def deliveries_page(*, after: int | None, limit: int) -> Page[Delivery, int]:
    """Return a page of deliveries, the newest first; one query.

    Args:
        after: the id of the last delivery of the page before; None for the first page.
        limit: how many at most.

    """
    rows = Delivery.objects.select_related("received_by__user").order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return cut_page(rows, limit=limit, mark=lambda delivery: delivery.pk)


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
