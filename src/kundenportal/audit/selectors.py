"""Looking through the audit trail, page by page, and all of a choice at once."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet

from kundenportal.audit.models import AuditEntry
from kundenportal.core.pages import Page, cut_page
from kundenportal.core.places import Place

COUNTED = 1000
"""How many are counted; beyond that there are "more than" so many."""

_AT_A_TIME = 2000

CUSTOMERS = "user:"
"""What the name of every customer's login begins with."""


@dataclass(frozen=True)
class TrailFilter:
    """Which entries are looked for; an empty filter finds all.

    Attributes:
        since: the first moment.
        until: the moment before which they were written.
        actor: who did it, as the trail names him; ``CUSTOMERS`` for all logins of customers.
        actions: what was done; empty for anything.
        customer_id: whom it concerns.
        subject: what it was done to.

    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    actor: str = ""
    actions: frozenset[str] = frozenset()
    customer_id: int | None = None
    subject: str = ""


@dataclass(frozen=True)
class TouchedCustomer:
    """A customer whom entries concern: how many, and when the first and the last one were written."""

    customer_id: int
    count: int
    first_at: dt.datetime
    last_at: dt.datetime


def trail_page(wanted: TrailFilter, *, after: Place | None, limit: int) -> Page[AuditEntry, Place]:
    """Return a page of the trail, the newest entry first; one query.

    Args:
        wanted: what is looked for.
        after: where the page before ended; None for the first page.
        limit: how many at most.

    """
    rows = _after(_matching(wanted), after)
    return cut_page(rows, limit=limit, mark=lambda entry: Place(entry.at, entry.pk))


def trail_count(wanted: TrailFilter) -> int:
    """Return how many there are, ``COUNTED + 1`` for more; one query that never counts them all."""
    return _matching(wanted)[: COUNTED + 1].count()


def trail_chunks(wanted: TrailFilter) -> Iterator[tuple[AuditEntry, ...]]:
    """Yield all of a choice, the newest first, in pieces of one query each; no transaction stays open."""
    place: Place | None = None
    while True:
        page = trail_page(wanted, after=place, limit=_AT_A_TIME)
        if page.rows:
            yield page.rows
        place = page.next_after
        if place is None:
            return


def entries_about(subject: str) -> QuerySet[AuditEntry]:
    """Return what was done to something, the oldest first.

    Args:
        subject: as the trail names it, such as a submission's reference.

    """
    return AuditEntry.objects.filter(subject=subject).order_by("at", "pk")


def touched_customers(wanted: TrailFilter) -> list[TouchedCustomer]:
    """Return which customers the entries of a choice concern (GDPR Art. 33 and 34), by id; one query."""
    rows = _matching(wanted).exclude(customer_id=None).order_by()
    sums = rows.values("customer_id").annotate(count=Count("pk"), first_at=Min("at"), last_at=Max("at"))
    return [
        TouchedCustomer(row["customer_id"] or 0, row["count"], row["first_at"], row["last_at"])
        for row in sums.order_by("customer_id")
    ]


def _after(rows: QuerySet[AuditEntry], place: Place | None) -> QuerySet[AuditEntry]:
    if place is None:
        return rows
    return rows.filter(Q(at__lt=place.at) | Q(id__lt=place.id), at__lte=place.at)


def _matching(wanted: TrailFilter) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.order_by("-at", "-id")
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until)
    if wanted.actor == CUSTOMERS:
        rows = rows.filter(actor__startswith=CUSTOMERS)
    elif wanted.actor:
        rows = rows.filter(actor=wanted.actor)
    if wanted.actions:
        rows = rows.filter(action__in=sorted(wanted.actions))
    if wanted.customer_id is not None:
        rows = rows.filter(customer_id=wanted.customer_id)
    return rows.filter(subject=wanted.subject) if wanted.subject else rows
