"""The figures of a period, by its parts."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Max, Min, Sum, Value, When

from kundenportal.statistics.models import DailyCount, RollUp
from kundenportal.statistics.rules import Period

_STANDS = ("customers.all", "customers.with_access")
"""What is no sum: how many there are at the end of a day."""


@dataclass(frozen=True)
class Figures:
    """What was counted in a period.

    Attributes:
        period: the period.
        by_part: how many there were of each name, for each part of the period in order.

    """

    period: Period
    by_part: tuple[Mapping[str, int], ...]

    def of(self, name: str) -> list[int]:
        """Return how many there were of something in each part."""
        return [part.get(name, 0) for part in self.by_part]

    def total(self, name: str) -> int:
        """Return how many there were in the whole period."""
        return sum(self.of(name))

    def below(self, prefix: str) -> dict[str, int]:
        """Return the totals of all names that begin with a prefix, without it."""
        totals: Counter[str] = Counter()
        for part in self.by_part:
            for name, value in part.items():
                if name.startswith(prefix):
                    totals[name.removeprefix(prefix)] += value
        return dict(totals)


def figures_of(period: Period) -> Figures:
    """Return what was counted in a period; two queries, whose rows grow with its parts, not its days."""
    by_part: list[dict[str, int]] = [{} for _ in period.parts]
    days = [(part.first, part.last) for part in period.parts]
    within = [When(day__range=each, then=Value(number)) for number, each in enumerate(days)]
    rows = DailyCount.objects.filter(day__range=(period.first, period.last)).order_by()
    rows = rows.annotate(part=Case(*within))
    sums = rows.exclude(name__in=_STANDS).values_list("part", "name")
    for number, name, total in sums.annotate(total=Sum("value")):
        by_part[number][name] = total
    stands = rows.filter(name__in=_STANDS)
    last_days = stands.values("part").annotate(last=Max("day")).values("last")
    for number, name, value in stands.filter(day__in=last_days).values_list("part", "name", "value"):
        by_part[number][name] = value
    return Figures(period, tuple(by_part))


def counted_until() -> dt.date | None:
    """Return the last day that was counted."""
    return RollUp.objects.filter(pk=1).values_list("done_until", flat=True).first()


def years_counted(*, until: int) -> list[int]:
    """Return the years that have figures, the newest first, up to one."""
    first = DailyCount.objects.aggregate(first=Min("day"))["first"]
    return list(range(until, first.year - 1, -1)) if first else []
