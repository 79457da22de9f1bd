"""The rule that compares the use of a time with that of the same days a year earlier, day for day.

Only days count of which the use is known in both years, for the same places in the grid, and from different
periods: a period that holds both days tells nothing of how they differ. Then::

    change = (use / days) / (use a year earlier / its days) - 1

Per day, because a leap year has a day more. When too few days are left the two are not comparable.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise

from kundenportal.core.profiles import Shares
from kundenportal.metering.yearly_use import Slice, years_of_evenings

LEAST_DAYS = 30
"""Less than a month says nothing of how somebody lives: the house's own figure."""

LEAST_OVERLAP = Decimal("0.8")
"""Which part of the days must be known in both years: the house's own figure."""


_ONE_DAY = dt.timedelta(days=1)


class NotComparable(StrEnum):
    """Why two years cannot be compared."""

    TOO_FEW_DAYS = "too_few_days"
    NOTHING_USED = "nothing_used"


@dataclass(frozen=True)
class Comparison:
    """The use of a day on average, and that of the same days a year earlier."""

    per_day: Decimal
    per_day_before: Decimal
    is_estimated: bool

    @property
    def percent(self) -> int:
        """By how much it changed, in whole percents; above zero is more."""
        change = (self.per_day / self.per_day_before - 1) * 100
        return int(change.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    @property
    def percent_apart(self) -> int:
        """The percents without their sign."""
        return abs(self.percent)


@dataclass(frozen=True)
class _Found:
    """What slices know of the time between two evenings, as far as they know all of it."""

    days: int
    use: Decimal
    slices: tuple[Slice, ...]


def compare_with_year_before(
    slices: Sequence[Slice], shares: Shares, *, first: dt.date, last: dt.date
) -> Comparison | NotComparable:
    """Compare a time with the same days of the year before.

    Args:
        slices: what is known of the use, of both years.
        shares: the profile by which a slice is shared out.
        first: the first day of the time.
        last: its last day, less than a year later.

    """
    start = first - _ONE_DAY
    cuts = {start, last}
    for each in slices:
        cuts |= {date for date in (each.start, each.end) if start < date < last}
        cuts |= {date for date in map(_year_after, (each.start, each.end)) if start < date < last}
    pairs = [
        (now, before)
        for begin, end in pairwise(sorted(cuts))
        if (now := _known(slices, shares, begin, end))
        and (before := _known(slices, shares, _year_before(begin), _year_before(end)))
        and _tell_apart(now, before)
    ]
    return _compared(pairs, days=(last - start).days)


def _compared(pairs: Sequence[tuple[_Found, _Found]], *, days: int) -> Comparison | NotComparable:
    now, before = [each for each, _ in pairs], [each for _, each in pairs]
    known = sum(each.days for each in now)
    if known < max(Decimal(LEAST_DAYS), days * LEAST_OVERLAP):
        return NotComparable.TOO_FEW_DAYS
    comparison = Comparison(
        per_day=_per_day(now),
        per_day_before=_per_day(before),
        is_estimated=any(each.is_estimated for found in (*now, *before) for each in found.slices),
    )
    return comparison if comparison.per_day_before > 0 else NotComparable.NOTHING_USED


def _known(slices: Iterable[Slice], shares: Shares, start: dt.date, end: dt.date) -> _Found | None:
    """Return what is known of the time between two evenings, or None unless all of it is."""
    inside = tuple(each for each in slices if each.start < end and each.end > start)
    spans = [(max(each.start, start), min(each.end, end)) for each in inside]
    days = sum((until - since).days for since, until in spans)
    if not days or days < (end - start).days:
        return None
    use = sum(
        (
            each.use
            * years_of_evenings(since, until, shares)
            / years_of_evenings(each.start, each.end, shares)
            for each, (since, until) in zip(inside, spans, strict=True)
        ),
        Decimal(0),
    )
    return _Found(days, use, inside)


def _tell_apart(now: _Found, before: _Found) -> bool:
    """Tell whether two times are about the same places, and nothing of them was measured in one go."""
    places = {each.places for each in (*now.slices, *before.slices)}
    periods_now = [period for each in now.slices for period in each.periods]
    periods_before = [period for each in before.slices for period in each.periods]
    return len(places) == 1 and not any(each in periods_before for each in periods_now)


def _per_day(found: Sequence[_Found]) -> Decimal:
    return sum((each.use for each in found), Decimal(0)) / sum(each.days for each in found)


def _year_before(evening: dt.date) -> dt.date:
    """Return the evening before the same day a year earlier: both 28 and 29 February end the month."""
    return _same_day(evening + _ONE_DAY, years=-1) - _ONE_DAY


def _year_after(evening: dt.date) -> dt.date:
    return _same_day(evening + _ONE_DAY, years=1) - _ONE_DAY


def _same_day(date: dt.date, *, years: int) -> dt.date:
    """Return the same day of another year; that of 29 February is 1 March."""
    if (date.month, date.day) == (2, 29):
        date += _ONE_DAY
    return date.replace(year=date.year + years)
