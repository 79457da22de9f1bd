"""Counting the days that are over, once and for all."""

import datetime as dt
from collections import Counter

from django.conf import settings
from django.db import transaction

from kundenportal.core.dates import local_date
from kundenportal.statistics.models import DailyCount, RollUp
from kundenportal.statistics.sources import SOURCES, Counts, Span

COUNTED_AGAIN = dt.timedelta(days=35)
"""How long a day may still change: readings are delivered late, mails come back."""

FURTHEST_BACK = dt.timedelta(days=2 * 365)
"""How far the very first count goes back."""

_AT_A_TIME = dt.timedelta(days=92)


def roll_up_days(now: dt.datetime) -> int:
    """Count the days until yesterday that are not counted yet, three months at most; return how many days.

    The last weeks are counted anew each time. Safe to run in many processes at once: two that count the same
    days come to the same figures, and write them one after the other.
    """
    yesterday = local_date(now, settings.UTILITY_TIME_ZONE) - dt.timedelta(days=1)
    done = RollUp.objects.filter(pk=1).values_list("done_until", flat=True).first()
    if done is not None and done >= yesterday:
        return 0
    begin = done or yesterday - FURTHEST_BACK
    last = min(yesterday, begin + _AT_A_TIME)
    span = Span(begin - COUNTED_AGAIN if done else begin, last)
    counts: Counts = Counter()
    for source in SOURCES:
        counts.update(source(span))
    _write(span, counts)
    return (last - begin).days


def _write(span: Span, counts: Counts) -> None:
    with transaction.atomic(durable=True):
        state, _ = RollUp.objects.select_for_update().get_or_create(pk=1)
        if state.done_until is not None and state.done_until > span.last:
            return
        DailyCount.objects.filter(day__range=(span.first, span.last)).delete()
        rows = (DailyCount(day=day, name=name, value=value) for (day, name), value in counts.items())
        DailyCount.objects.bulk_create(rows, batch_size=1000)
        state.done_until = span.last
        state.save()
