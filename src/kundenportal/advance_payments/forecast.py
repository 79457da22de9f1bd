"""The rule that forecasts a year's cost from the customer's own readings: plain values in, a forecast out.

The portal knows no prices. It knows the monthly amount the utility has computed, and the year's use it was
computed for; so a year's cost follows from how the use has changed since::

    year's use   = for each place in the grid: sum of use / sum of years, summed up
    year's cost  = 12 x amount x (fixed share + (1 - fixed share) x year's use / use the amount is for)
    proposal     = year's cost / 12, rounded up to whole euros, within the allowed range
    balance      = 12 x new amount - year's cost; above zero the customer gets money back

"Years" are weighted by the division's profile (``core.profiles``): October to December hold 0.341 years of
gas. Estimated readings are left out: the use between their neighbours is measured. A meter that took the
place of another continues it; what was used between the last reading of the old one and the first of the new
one is unknown and counts neither as use nor as time. Sources: product.md ruling 9, ux.md C10.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from itertools import groupby, pairwise

from kundenportal.advance_payments.rules import AllowedRange
from kundenportal.core.meter_places import meters_by_place
from kundenportal.core.profiles import Shares, years_between

YEAR_LOOKED_AT = dt.timedelta(days=400)
"""A year, and the weeks by which people read their meters early or late."""

READINGS_NEEDED = 3
"""From the third reading in a year on, the portal proposes an amount (product.md ruling 9)."""

LEAST_YEARS = Decimal("0.25")
"""Less than a quarter of a year's use tells too little of the rest: the house's own figure."""

NEARLY_BALANCED = Decimal(12)
"""A balance below a euro a month is called nearly even (mock-up ``abschlag.html``)."""

WORTH_A_WARNING = Decimal("0.1")
"""Who would pay back more than this part of a year's cost is warned: the house's own figure. An amount fits
when the year would end closer than that, either way (ux.md C7)."""

EURO, CENT = Decimal(1), Decimal("0.01")


@dataclass(frozen=True)
class CounterReading:
    """What a counter showed on a day."""

    date: dt.date
    value: Decimal
    is_estimated: bool = False


@dataclass(frozen=True)
class Counter:
    """One register that counts what the customer draws, with its readings, oldest first.

    Registers of one meter carry the same ``meter_id`` and dates. ``annual_use`` is the billing system's
    figure; it, and values times ``factor``, are in ``unit``.
    """

    meter_id: int
    unit: str
    shares: Shares
    readings: tuple[CounterReading, ...]
    factor: Decimal = Decimal(1)
    annual_use: Decimal | None = None
    installed_date: dt.date | None = None
    removed_date: dt.date | None = None


@dataclass(frozen=True)
class ComputedAmount:
    """A monthly amount as the utility computed it, and since when.

    ``fixed_share`` is the part that does not depend on the use: the base price.
    """

    amount: Decimal
    valid_from: dt.date
    fixed_share: Decimal


@dataclass(frozen=True)
class Balance:
    """What a year with an amount would end with, in whole euros; negative is money to pay back."""

    euros: Decimal
    is_worth_a_warning: bool

    @property
    def is_nearly_even(self) -> bool:
        """Whether it is less than a euro a month."""
        return abs(self.euros) < NEARLY_BALANCED

    @property
    def owed(self) -> Decimal:
        """The euros without their sign."""
        return abs(self.euros)


@dataclass(frozen=True)
class Forecast:
    """What the next year is expected to bring."""

    annual_use: Decimal
    annual_cost: Decimal

    def proposal(self, allowed: AllowedRange) -> Decimal:
        """Return the monthly amount that covers the year, in whole euros unless a limit cuts it."""
        monthly = (self.annual_cost / 12).quantize(EURO, rounding=ROUND_CEILING)
        return min(max(monthly, allowed.low), allowed.high).quantize(CENT)

    def balance(self, amount: Decimal) -> Balance:
        """Return what a year with this monthly amount would end with."""
        euros = (12 * amount - self.annual_cost).quantize(EURO, rounding=ROUND_HALF_UP)
        return Balance(euros, is_worth_a_warning=-euros > WORTH_A_WARNING * self.annual_cost)

    def fits(self, amount: Decimal) -> bool:
        """Tell whether a year with this monthly amount would end nearly even."""
        return abs(12 * amount - self.annual_cost) <= WORTH_A_WARNING * self.annual_cost


def forecast(counters: Sequence[Counter], *, computed: ComputedAmount, today: dt.date) -> Forecast | None:
    """Return what a year will cost, or None when the readings do not tell.

    Args:
        counters: the registers of one division at one premise, of removed meters too.
        computed: the amount in force as the utility computed it, without the customer's own changes.
        today: the utility's local date.

    """
    if not computed.amount or len({each.unit for each in counters}) != 1:
        return None
    places = [each for each in _places(counters) if _is_in_use(each[-1], today)]
    now = _annual_use(places, until=today, readings_needed=READINGS_NEEDED)
    before = _known_annual_use(places) or _annual_use(places, until=computed.valid_from, readings_needed=2)
    if now is None or not before:
        return None
    share = computed.fixed_share + (1 - computed.fixed_share) * now / before
    return Forecast(now, (12 * computed.amount * share).quantize(CENT, rounding=ROUND_HALF_UP))


@dataclass(frozen=True)
class _Meter:
    """The registers of one meter; there is at least one."""

    counters: tuple[Counter, ...]

    @property
    def installed_date(self) -> dt.date | None:
        return self.counters[0].installed_date

    @property
    def removed_date(self) -> dt.date | None:
        return self.counters[0].removed_date


_Place = Sequence[_Meter]
"""A place in the grid: the meters that were there one after the other, the present one last."""


def _places(counters: Sequence[Counter]) -> list[list[_Meter]]:
    by_meter = groupby(sorted(counters, key=lambda each: each.meter_id), key=lambda each: each.meter_id)
    return meters_by_place(_Meter(tuple(registers)) for _, registers in by_meter)


def _is_in_use(meter: _Meter, today: dt.date) -> bool:
    return meter.removed_date is None or meter.removed_date > today


def _known_annual_use(places: Iterable[_Place]) -> Decimal | None:
    """Return the billing system's figure for the meters in use, or None unless it gave one for each.

    Zero tells nothing either: no price follows from it.
    """
    uses = [each.annual_use for place in places for each in place[-1].counters]
    known = [each for each in uses if each is not None]
    return sum(known, Decimal(0)) or None if len(known) == len(uses) else None


def _annual_use(places: Sequence[_Place], *, until: dt.date, readings_needed: int) -> Decimal | None:
    """Return a year's use of all places, or None unless each has enough readings up to a day."""
    uses = [_annual_use_at(each, until, readings_needed) for each in places]
    known = [each for each in uses if each is not None]
    return sum(known, Decimal(0)) if uses and len(known) == len(uses) else None


def _annual_use_at(place: _Place, until: dt.date, readings_needed: int) -> Decimal | None:
    dates = {each.date for meter in place for counter in meter.counters for each in _read(counter, until)}
    since = max(dates, default=until) - YEAR_LOOKED_AT
    if sum(date >= since for date in dates) < readings_needed:
        return None
    measured = [each for meter in place if (each := _measured(meter, since, until)) is not None]
    years = sum((each for _, each in measured), Decimal(0))
    if years < LEAST_YEARS:
        return None
    return sum((use * weight for use, weight in measured), Decimal(0)) / years


def _read(counter: Counter, until: dt.date) -> list[CounterReading]:
    return [each for each in counter.readings if not each.is_estimated and each.date <= until]


def _measured(meter: _Meter, since: dt.date, until: dt.date) -> tuple[Decimal, Decimal] | None:
    """Return a meter's use in a year and how many years that is measured over; None when it is over none.

    The registers of a meter run side by side: their uses are summed up, the shortest time counts.
    """
    annual_use, shortest = Decimal(0), Decimal("Infinity")
    for counter in meter.counters:
        use, years = _use_and_years(counter, [each for each in _read(counter, until) if each.date >= since])
        if not years:
            return None
        annual_use, shortest = annual_use + use / years, min(shortest, years)
    return annual_use, shortest


def _use_and_years(counter: Counter, readings: Sequence[CounterReading]) -> tuple[Decimal, Decimal]:
    """Return use and weighted years between readings; where the value fell, nobody knows the use."""
    use = years = Decimal(0)
    for earlier, later in pairwise(readings):
        if later.value >= earlier.value:
            use += (later.value - earlier.value) * counter.factor
            years += years_between(earlier.date, later.date, counter.shares)
    return use, years
