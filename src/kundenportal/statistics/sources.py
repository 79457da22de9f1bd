"""What is counted of each day, and where from. A day is one of the utility's calendar."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from kundenportal.audit.models import AuditEntry
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Customer
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading, SubmittedReading
from kundenportal.submissions.models import Submission

Counts = Counter[tuple[dt.date, str]]

ACTS = (
    "registration.requested",
    "registration.completed",
    "registration.proof_failed",
    "registration.letter_requested",
    "registration.locked",
    "registration.closed",
    "sign_in.succeeded",
    "sign_in.by_link",
    "second_step.app",
    "second_step.recovery_code",
    "device_code.confirmed",
)
"""Actions of the audit trail that are counted, those of staff left out."""

PASSKEY = "sign_in.passkey"
"""What a sign-in with a passkey is counted as."""

HOURS_ONE_BY_ONE = 72
"""Up to so many hours the time to settle is counted by hours, beyond that by days."""

_ROWS_AT_A_TIME = 2000


@dataclass(frozen=True)
class Span:
    """Days to count, the first and the last one."""

    first: dt.date
    last: dt.date

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """When the first day begins, and when the last one is over."""
        zone = settings.UTILITY_TIME_ZONE
        end = self.last + dt.timedelta(days=1)
        return dt.datetime.combine(self.first, dt.time(), zone), dt.datetime.combine(end, dt.time(), zone)


def acts(span: Span) -> Counts:
    """Count what people did, by the audit trail."""
    entries = _within(
        AuditEntry.objects.filter(action__in=ACTS).exclude(actor__startswith="staff:"), "at", span
    )
    is_passkey = Case(When(subject__startswith="passkey:", then=Value(True)), default=Value(False))
    rows = entries.annotate(is_passkey=is_passkey).values_list("day", "action", "is_passkey")
    counts: Counts = Counter()
    for day, action, with_passkey, count in rows.annotate(count=Count("pk")):
        counts[day, f"act.{PASSKEY if with_passkey else action}"] += count
    return counts


def submissions(span: Span) -> Counts:
    """Count what customers sent, by kind and by channel."""
    rows = _within(Submission.objects.all(), "received_at", span).values_list("day", "kind", "channel")
    return Counter(
        {
            (day, f"submission.{kind}.{channel}"): count
            for day, kind, channel, count in rows.annotate(count=Count("pk"))
        }
    )


def settled(span: Span) -> Counts:
    """Count what was settled, by the hours it took: ``settled.24``."""
    done = (Submission.Status.COMPLETED, Submission.Status.REJECTED)
    rows = _within(Submission.objects.filter(status__in=done), "settled_at", span)
    counts: Counts = Counter()
    for received_at, settled_at in rows.values_list("received_at", "settled_at").iterator(_ROWS_AT_A_TIME):
        hours = -(-int((settled_at - received_at).total_seconds()) // 3600)
        taken = hours if hours <= HOURS_ONE_BY_ONE else -(-hours // 24) * 24
        counts[local_date(settled_at, settings.UTILITY_TIME_ZONE), f"settled.{max(taken, 0)}"] += 1
    return counts


def readings(span: Span) -> Counts:
    """Count the readings of these dates by origin; those sent through the portal as ``reading.online``."""
    same = {"register": OuterRef("register"), "reading_date": OuterRef("reading_date")}
    sent = SubmittedReading.objects.filter(**same)
    rows = MeterReading.objects.filter(reading_date__range=(span.first, span.last))
    online = rows.annotate(is_online=Exists(sent)).values_list("reading_date", "origin", "is_online")
    counts: Counts = Counter()
    for day, origin, is_online, count in online.order_by().annotate(count=Count("pk")):
        is_reported = is_online and origin == MeterReading.Origin.REPORTED
        counts[day, "reading.online" if is_reported else f"reading.{origin}"] += count
    return counts


def mails(span: Span) -> Counts:
    """Count mails by what became of them."""
    rows = _within(OutgoingMail.objects.all(), "created_at", span).values_list("day", "status")
    return Counter(
        {(day, f"mail.{status}"): count for day, status, count in rows.annotate(count=Count("pk"))}
    )


def accesses(span: Span) -> Counts:
    """Count the customers there are at the end of each day, and those of them who have an access."""
    _since, until = span.moments
    links = AccountLink.objects.filter(created_at__lt=until)
    begun, ended = _by_day(links, "created_at"), _by_day(links, "ended_at")
    left = _by_day(Customer.objects.all(), "ended_at")
    days = [span.first + dt.timedelta(days=number) for number in range((span.last - span.first).days + 1)]
    base = sum(count for day, count in begun.items() if day < span.first) - sum(
        count for day, count in ended.items() if day < span.first
    )
    held = list(accumulate((begun[day] - ended[day] for day in days), initial=base))[1:]
    gone = sum(count for day, count in left.items() if day < span.first)
    remaining = list(accumulate((-left[day] for day in days), initial=Customer.objects.count() - gone))[1:]
    counts: Counts = Counter()
    for day, with_access, customers in zip(days, held, remaining, strict=True):
        counts[day, "customers.with_access"], counts[day, "customers.all"] = with_access, customers
    return counts


SOURCES: tuple[Callable[[Span], Counts], ...] = (acts, submissions, settled, readings, mails, accesses)
"""Everything that is counted."""


def _within(rows: QuerySet[Any], field: str, span: Span) -> QuerySet[Any]:
    """Return the rows whose moment lies within the days, each with its ``day``."""
    since, until = span.moments
    found: QuerySet[Any] = rows.filter(**{f"{field}__gte": since, f"{field}__lt": until}).order_by()
    within: QuerySet[Any] = found.annotate(day=TruncDate(field, tzinfo=settings.UTILITY_TIME_ZONE))
    return within


def _by_day(rows: QuerySet[Any], field: str) -> Counter[dt.date]:
    day = TruncDate(field, tzinfo=settings.UTILITY_TIME_ZONE)
    found = rows.filter(~Q(**{field: None})).order_by().annotate(day=day).values_list("day")
    return Counter(dict(found.annotate(count=Count("pk"))))
