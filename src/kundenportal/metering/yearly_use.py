"""The rule that tells what was used in a calendar year, from counters that were read on any day.

What several counters count together is known in *slices* of time, in which every counter that was there has a
period of use. Slices are cut wherever a period begins or ends, and at the end of each calendar year. A period
that is cut is shared out by the profile of its division (``core.profiles``), so that the winter months of a
gas heating get what winter months take::

    part of a slice = use of the period x years in the slice / years in the period
    use of a year   = sum of its slices

"Years" are those of ``years_between``, with which the usual range and the forecast of advance payments weigh,
too. The last slice of a period gets what is left, so that the parts add up to the whole. A counter that
nobody read twice says nothing and is left out. A meter that took the place of another continues it; a time
between them in which nobody knows the use is no slice.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from kundenportal.core.profiles import Shares, years_between
from kundenportal.metering.use_periods import Period

DAYS_THAT_MAY_MISS = 5
"""A year is whole though the use of some days is unknown, as between the removal of a meter and the first
reading of the next one: the house's own figure."""

MILLIONTH = Decimal("0.000001")
"""How exactly parts are kept: finer than any counter counts, and so that they add up without rounding."""

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Strand:
    """What one counter knows of the use at a place in the grid.

    Attributes:
        place: which place; a meter that took the place of another has the same.
        since: the evening from which on this counter counts for its place.
        until: the evening until which it does; ``date.max`` while it is there.
        periods: its periods of use, oldest first.
        energy: the kilowatt hours in one of its units, None when not known or the unit is an energy itself.

    """

    place: int
    since: dt.date
    until: dt.date
    periods: tuple[Period, ...]
    energy: Decimal | None = None


@dataclass(frozen=True)
class Slice:
    """What all counters together counted from one evening to another; ``energy`` is the same in kWh."""

    start: dt.date
    end: dt.date
    use: Decimal
    energy: Decimal | None
    places: frozenset[int]
    periods: tuple[Period, ...]

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.end - self.start).days

    @property
    def year(self) -> int:
        """The calendar year of its last day; slices that are cut at the years' ends lie in it entirely."""
        return self.end.year

    @property
    def per_day(self) -> Decimal:
        """The use of one day on average."""
        return self.use / self.days

    @property
    def is_estimated(self) -> bool:
        """Whether an estimated value is behind it."""
        return any(each.is_estimated for each in self.periods)

    @property
    def is_pending(self) -> bool:
        """Whether a value is behind it that nobody has accepted yet."""
        return any(each.is_pending for each in self.periods)


@dataclass(frozen=True)
class KnownUse:
    """What is known of the use of a time: at least one slice, oldest first."""

    slices: tuple[Slice, ...]

    @property
    def use(self) -> Decimal:
        """The use in the unit of the counters."""
        return sum((each.use for each in self.slices), Decimal(0))

    @property
    def energy(self) -> Decimal | None:
        """The same in kWh, None when it is not known for all of it."""
        known = [each.energy for each in self.slices if each.energy is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.slices) else None

    @property
    def days(self) -> int:
        """Of how many days the use is known."""
        return sum(each.days for each in self.slices)

    @property
    def per_day(self) -> Decimal:
        """The use of one of these days on average."""
        return self.use / self.days

    @property
    def first_day(self) -> dt.date:
        """The first day of which the use is known."""
        return self.slices[0].start + _ONE_DAY

    @property
    def last_day(self) -> dt.date:
        """The last day of which the use is known."""
        return self.slices[-1].end

    @property
    def is_estimated(self) -> bool:
        """Whether an estimated value is behind it."""
        return any(each.is_estimated for each in self.slices)


@dataclass(frozen=True)
class YearOfUse(KnownUse):
    """What is known of the use of a calendar year; the slices are those of this year."""

    year: int

    @property
    def days_of_year(self) -> int:
        """How many days the year has."""
        return 365 + calendar.isleap(self.year)

    @property
    def is_whole(self) -> bool:
        """Whether the use of all days is known, or of nearly all."""
        return self.days >= self.days_of_year - DAYS_THAT_MAY_MISS

    @property
    def is_shared_out(self) -> bool:
        """Whether it holds a part of a period that reaches into another year."""
        first, last = dt.date(self.year - 1, 12, 31), dt.date(self.year, 12, 31)
        return any(
            period.start < first or period.end > last for each in self.slices for period in each.periods
        )


def slices_of(strands: Iterable[Strand], shares: Shares, *, at_years: bool = True) -> tuple[Slice, ...]:
    """Return what counters of one unit counted together, oldest first.

    Args:
        strands: the counters.
        shares: the profile by which a period is shared out.
        at_years: whether slices end with the calendar year.

    """
    told = [each for each in strands if each.periods]
    cuts = _cuts(told, at_years=at_years)
    parts = [_parts(each, cuts, shares) for each in told]
    slices = (
        _slice(
            start,
            end,
            [(strand, part) for strand, part in zip(told, parts, strict=True) if _counts(strand, start)],
        )
        for start, end in pairwise(cuts)
    )
    return tuple(each for each in slices if each is not None)


def years_of(slices: Iterable[Slice]) -> tuple[YearOfUse, ...]:
    """Return the calendar years of slices that end with the year, oldest first."""
    by_year = groupby(slices, key=lambda each: each.year)
    return tuple(YearOfUse(tuple(each), year) for year, each in by_year)


_Part = tuple[Decimal, Period]
"""A part of a period's use, and the period."""


def _cuts(strands: Sequence[Strand], *, at_years: bool) -> list[dt.date]:
    ends = {date for each in strands for period in each.periods for date in (period.start, period.end)}
    if not ends:
        return []
    first, last = min(ends), max(ends)
    cuts = ends | {each.since for each in strands} | {each.until for each in strands}
    if at_years:
        cuts |= {dt.date(year, 12, 31) for year in range(first.year, last.year + 1)}
    return sorted(date for date in cuts if first <= date <= last)


def _counts(strand: Strand, start: dt.date) -> bool:
    """Tell whether a counter counts for its place in a slice that begins on an evening."""
    return strand.since <= start < strand.until


def _parts(strand: Strand, cuts: Sequence[dt.date], shares: Shares) -> Mapping[dt.date, _Part]:
    """Return the parts of all periods of a counter by the evening on which each part begins."""
    return {
        start: (use, period) for period in strand.periods for start, use in _share_out(period, cuts, shares)
    }


def _share_out(period: Period, cuts: Sequence[dt.date], shares: Shares) -> Iterable[tuple[dt.date, Decimal]]:
    inside = [date for date in cuts if period.start <= date < period.end]
    years, left = years_of_evenings(period.start, period.end, shares), period.use
    for start, end in pairwise(inside):
        use = (period.use * years_of_evenings(start, end, shares) / years).quantize(MILLIONTH)
        left -= use
        yield start, use
    yield inside[-1], left


def years_of_evenings(start: dt.date, end: dt.date, shares: Shares) -> Decimal:
    """Return how many years' use falls between two evenings: the day after each is the first and the next."""
    return years_between(start + _ONE_DAY, end + _ONE_DAY, shares)


def _slice(
    start: dt.date, end: dt.date, counting: Sequence[tuple[Strand, Mapping[dt.date, _Part]]]
) -> Slice | None:
    """Return a slice, or None when a counter knows nothing of it, or none was there."""
    found = [(strand, parts[start]) for strand, parts in counting if start in parts]
    if not counting or len(found) < len(counting):
        return None
    energies = [use * strand.energy for strand, (use, _) in found if strand.energy is not None]
    return Slice(
        start,
        end,
        use=sum((use for _, (use, _) in found), Decimal(0)),
        energy=sum(energies, Decimal(0)) if len(energies) == len(found) else None,
        places=frozenset(strand.place for strand, _ in found),
        periods=tuple(period for _, (_, period) in found),
    )
