"""What the pages tell of a customer's use: by division and way, by year, and by counter (ux.md C8)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from kundenportal.core.meter_places import meters_by_place
from kundenportal.core.profiles import shares_of
from kundenportal.customers.models import Division
from kundenportal.metering.use_history import RegisterHistory
from kundenportal.metering.use_periods import Period, Step, periods_of, steps_of
from kundenportal.metering.year_before import (
    LEAST_DAYS,
    Comparison,
    NotComparable,
    compare_with_year_before,
)
from kundenportal.metering.yearly_use import KnownUse, Slice, Strand, YearOfUse, slices_of, years_of


@dataclass(frozen=True)
class CounterUse:
    """One counter with its values, oldest first, and the use between them."""

    history: RegisterHistory
    steps: tuple[Step, ...]

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods of which the use is known, oldest first."""
        return periods_of(self.steps)

    @property
    def energy_of_unit(self) -> Decimal | None:
        """The kilowatt hours in a cubic metre of gas, None where that is not known or there is no gas."""
        is_gas = self.history.division == Division.GAS and self.history.unit == "m3"
        return self.history.gas.energy_of_cubic_metre if is_gas and self.history.gas else None


@dataclass(frozen=True)
class MeterUse:
    """One meter with its counters; there is at least one."""

    meter_number: str
    installed_date: dt.date | None
    removed_date: dt.date | None
    counters: tuple[CounterUse, ...]


@dataclass(frozen=True)
class Column:
    """The years of one counter of several, continued by the counters that took its place."""

    label: str
    code: str
    meter_number: str
    years: Mapping[int, YearOfUse]


@dataclass(frozen=True)
class Told:
    """A time of which the use is known, and how it compares with the same days of the year before."""

    known: KnownUse
    comparison: Comparison | NotComparable


@dataclass(frozen=True)
class Flow:
    """What is drawn, or fed in, in one division: all counters of one way and one unit together.

    Attributes:
        division: the division.
        unit: the unit of its counters.
        feeds_in: whether the energy flows into the grid.
        years: the calendar years of which anything is known, oldest first.
        between_readings: the use between readings, oldest first, not cut at the ends of years.
        columns: the counters one by one, where there are several.
        last_year: the newest whole year.
        lately: what is known of the year after it, of a month at least; without a whole year, of the last
            twelve months.

    """

    division: str
    unit: str
    feeds_in: bool
    years: tuple[YearOfUse, ...]
    between_readings: tuple[Slice, ...]
    columns: tuple[Column, ...]
    last_year: Told | None
    lately: Told | None

    @property
    def whole_years(self) -> tuple[YearOfUse, ...]:
        """The years of which the use of all days is known, or of nearly all; oldest first."""
        return tuple(each for each in self.years if each.is_whole)


@dataclass(frozen=True)
class DivisionUse:
    """What is known of one division: what is drawn, then what is fed in, and the meters, the newest first."""

    division: str
    flows: tuple[Flow, ...]
    meters: tuple[MeterUse, ...]

    @property
    def has_values(self) -> bool:
        """Whether any value of any meter is known."""
        return any(counter.steps for meter in self.meters for counter in meter.counters)


def consumption_of(histories: Iterable[RegisterHistory]) -> list[DivisionUse]:
    """Return what is known of the use at a premise, by division in the order of ``Division``.

    Args:
        histories: the registers of the premise, those of one meter side by side.

    """
    meters = [_meter(list(each)) for _, each in groupby(histories, key=lambda history: history.meter_id)]
    of_division = {
        division: [each for each in meters if each.counters[0].history.division == division]
        for division in Division.values
    }
    return [_division(division, found) for division, found in of_division.items() if found]


def _meter(histories: Sequence[RegisterHistory]) -> MeterUse:
    first = histories[0]
    return MeterUse(
        first.meter_number,
        first.installed_date,
        first.removed_date,
        tuple(
            CounterUse(each, tuple(steps_of(each.values, capacity=each.capacity, factor=each.factor)))
            for each in histories
        ),
    )


def _division(division: str, meters: Sequence[MeterUse]) -> DivisionUse:
    ways = sorted({(each.history.feeds_in, each.history.unit) for meter in meters for each in meter.counters})
    flows = [_flow(division, unit, meters, feeds_in=feeds_in) for feeds_in, unit in ways]
    newest_first = sorted(meters, key=lambda each: each.installed_date or dt.date.min, reverse=True)
    return DivisionUse(
        division,
        flows=tuple(each for each in flows if each.between_readings),
        meters=tuple(sorted(newest_first, key=lambda each: each.removed_date is not None)),
    )


@dataclass(frozen=True)
class _Thread:
    """A counter at a place in the grid."""

    strand: Strand
    counter: CounterUse


def _flow(division: str, unit: str, meters: Sequence[MeterUse], *, feeds_in: bool) -> Flow:
    threads = [
        each
        for each in _threads(meters)
        if (each.counter.history.feeds_in, each.counter.history.unit) == (feeds_in, unit)
        and each.strand.periods
    ]
    strands, shares = [each.strand for each in threads], shares_of(division, feeds_in=feeds_in)
    slices = slices_of(strands, shares)
    years = years_of(slices)

    def told(known: KnownUse, first: dt.date) -> Told:
        return Told(known, compare_with_year_before(slices, shares, first=first, last=known.last_day))

    whole, lately = [each for each in years if each.is_whole], _lately(years)
    return Flow(
        division,
        unit,
        feeds_in,
        years,
        between_readings=slices_of(strands, shares, at_years=False),
        columns=_columns(threads, division, feeds_in=feeds_in),
        last_year=told(whole[-1], dt.date(whole[-1].year, 1, 1)) if whole else None,
        lately=told(lately, lately.first_day) if lately else None,
    )


def _threads(meters: Sequence[MeterUse]) -> Iterable[_Thread]:
    """Yield every counter with its place, and with the time in which it counts for that place."""
    for place, in_place in enumerate(meters_by_place(meters)):
        since: dt.date | None = None
        for meter in in_place:
            until = meter.removed_date or dt.date.max
            for counter in meter.counters:
                periods = counter.periods
                begin = since or min((each.start for each in periods), default=dt.date.min)
                yield _Thread(Strand(place, begin, until, periods, counter.energy_of_unit), counter)
            since = until


def _columns(threads: Sequence[_Thread], division: str, *, feeds_in: bool) -> tuple[Column, ...]:
    """Return the years of each counter; a new meter's continues that of the same code of the one before."""
    by_counter: dict[tuple[int, str], list[_Thread]] = {}
    for thread in threads:
        by_counter.setdefault((thread.strand.place, thread.counter.history.code), []).append(thread)
    if len(by_counter) < 2:
        return ()
    shares = shares_of(division, feeds_in=feeds_in)
    return tuple(
        Column(
            label=found[-1].counter.history.label,
            code=found[-1].counter.history.code,
            meter_number=found[-1].counter.history.meter_number,
            years={year.year: year for year in years_of(slices_of([each.strand for each in found], shares))},
        )
        for found in by_counter.values()
    )


def _lately(years: Sequence[YearOfUse]) -> KnownUse | None:
    """Return what is known of the running year; when no year is whole, of the last twelve months."""
    if not years or years[-1].is_whole:
        return None
    if not any(each.is_whole for each in years):
        return KnownUse(_newest([each for year in years for each in year.slices]))
    this_year = _newest(years[-1].slices)
    is_telling = sum(each.days for each in this_year) >= LEAST_DAYS
    begins_with_year = this_year[0].start == dt.date(years[-1].year - 1, 12, 31)
    return KnownUse(this_year) if is_telling and begins_with_year else None


def _newest(slices: Sequence[Slice]) -> tuple[Slice, ...]:
    """Return the newest slices that follow one another without a gap, of twelve months at most."""
    found = [slices[-1]]
    since = slices[-1].end - dt.timedelta(days=365)
    for each in reversed(slices[:-1]):
        if each.end != found[0].start or each.start < since:
            break
        found.insert(0, each)
    return tuple(found)
