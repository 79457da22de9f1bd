"""Periods and their parts, middle values, and what is too few to be told."""

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from kundenportal.core.dates import MONTHS, format_date_short

_YEAR = re.compile(r"2\d{3}", re.ASCII)

FEWEST = 5
"""Fewer than so many are told as "unter 5": behind three registrations one may guess who they were."""

LAST_DAYS, LAST_MONTHS = "30-tage", "12-monate"
_DAYS, _MONTHS = 30, 12


@dataclass(frozen=True)
class Part:
    """A part of a period, such as a month: its first and last day, and its name, short and in full."""

    first: dt.date
    last: dt.date
    label: str
    name: str


@dataclass(frozen=True)
class Period:
    """Which days are looked at.

    Attributes:
        key: its name in an address.
        parts: weeks or months, in order.

    """

    key: str
    parts: tuple[Part, ...]

    @property
    def first(self) -> dt.date:
        """The first day."""
        return self.parts[0].first

    @property
    def last(self) -> dt.date:
        """The last day."""
        return self.parts[-1].last


def period_of(key: str, *, today: dt.date) -> Period:
    """Return the period of a name: ``30-tage``, ``12-monate`` or a year; of any other, the last 12 months.

    It ends yesterday: today is not over.

    Args:
        key: the name.
        today: the date on the wall.

    """
    yesterday = today - dt.timedelta(days=1)
    if key == LAST_DAYS:
        return Period(key, _weeks(yesterday - dt.timedelta(days=_DAYS - 1), yesterday))
    if _YEAR.fullmatch(key) and int(key) <= yesterday.year:
        first = dt.date(int(key), 1, 1)
        return Period(key, _months(first, min(yesterday, dt.date(first.year, 12, 31))))
    months = yesterday.year * 12 + yesterday.month - _MONTHS
    return Period(LAST_MONTHS, _months(dt.date(months // 12, months % 12 + 1, 1), yesterday))


def is_told(count: int) -> bool:
    """Tell whether a number of people or things is great enough to be told, or nought."""
    return count == 0 or count >= FEWEST


def quantile(counts: Mapping[int, int], share: float) -> int | None:
    """Return the value below or at which a share of all lies, or None when there are too few.

    Args:
        counts: how many there are of each value.
        share: between 0 and 1; 0.5 for the median.

    """
    total = sum(counts.values())
    if total < FEWEST:
        return None
    reached = 0
    for value in sorted(counts):
        reached += counts[value]
        if reached >= share * total:
            return value
    return max(counts)


def _weeks(first: dt.date, last: dt.date) -> tuple[Part, ...]:
    """Return the weeks from Monday to Sunday, the first and the last as far as they go."""
    parts = []
    while first <= last:
        end = min(last, first + dt.timedelta(days=6 - first.weekday()))
        name = f"{format_date_short(first)} bis {format_date_short(end)}"
        parts.append(Part(first, end, f"{first.day}.{first.month}.", name))
        first = end + dt.timedelta(days=1)
    return tuple(parts)


def _months(first: dt.date, last: dt.date) -> tuple[Part, ...]:
    parts = []
    while first <= last:
        end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        month = MONTHS[first.month - 1]
        parts.append(Part(first, min(end, last), month[:3], f"{month} {first.year}"))
        first = end + dt.timedelta(days=1)
    return tuple(parts)
