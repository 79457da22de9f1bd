"""The usual range: how much a customer uses between the last reading and a day (product.md ruling 8).

The figures below are the house's own. They are chosen so that a typing error (a digit too many, two digits
swapped, a neighbour's meter) falls outside and a cold winter falls inside; whoever is outside is asked, never
refused.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from itertools import pairwise

from kundenportal.core.profiles import shares_of, years_between

YEARS_LOOKED_AT = 4
"""Older readings tell little of how a household lives now."""

SHORTEST_HISTORY = Decimal("0.04")
"""Two weeks' use, as a part of a year's: less says nothing."""

SPREAD, SPREAD_OF_ONE_YEAR = Decimal("0.15"), Decimal("0.15")
"""A household's years differ by about 15 %; a history of n years is 15 % / n less certain."""

BEYOND_OWN_YEARS = Decimal("0.05")
"""What has happened to this customer before is usual, and 5 % more."""

SPREAD_OF_SHORT_TIME = Decimal("0.1")
"""Weeks differ more than years: holidays, guests, a cold spell."""

FORECAST_LOW, FORECAST_HIGH = Decimal("0.5"), Decimal("1.75")
"""Around the billing system's forecast for this register (``jahresverbrauch``)."""

DEFAULT_LOW, DEFAULT_HIGH = Decimal("0.2"), Decimal(3)
"""Around the division's default annual use: one person or a family of six."""

SLACK, SLACK_OF_ESTIMATE = Decimal("0.02"), Decimal("0.25")
"""Parts of a year's use by which any reading, and one after an estimate, may miss the range."""

_LONG = Context(prec=60)
"""Longer than any number somebody can type: Python's usual 28 digits break on a key that got stuck."""


@dataclass(frozen=True)
class PastReading:
    """A reading that stands already.

    ``is_pending`` is one the customer sent and the billing system has not confirmed; ``is_replaceable``
    one of these that has not been exported, so that the customer may still send another in its place.
    """

    date: dt.date
    value: Decimal
    is_estimated: bool = False
    is_pending: bool = False
    is_replaceable: bool = False


@dataclass(frozen=True)
class RegisterFacts:
    """What is known of a register.

    Annual uses and ranges are in the register's unit after the factor, values are what the counter shows.
    ``contract_begin`` and ``contract_end`` are the first and the last day of the customer's contract.
    """

    division: str
    unit: str
    integer_digits: int
    decimal_digits: int = 0
    factor: Decimal = Decimal(1)
    feeds_in: bool = False
    annual_use: Decimal | None = None
    default_annual_use: Decimal | None = None
    installed_date: dt.date | None = None
    contract_begin: dt.date | None = None
    contract_end: dt.date | None = None

    @property
    def wanted_decimals(self) -> int:
        """How many digits after the comma a customer reads off: none, but for heat counted in MWh.

        A household uses about 10 MWh a year; without its decimals such a meter would stand still for weeks.
        """
        return self.decimal_digits if self.unit == "MWh" else 0

    @property
    def step(self) -> Decimal:
        """The smallest difference between two values a customer reads off."""
        return Decimal(1).scaleb(-self.wanted_decimals)

    @property
    def capacity(self) -> Decimal:
        """The value at which the counter starts again from zero."""
        return Decimal(10) ** self.integer_digits

    @property
    def highest_value(self) -> Decimal:
        """The last value before the counter starts again from zero."""
        return self.capacity - self.step

    def as_read(self, value: Decimal) -> Decimal:
        """Return a value without the digits a customer does not read off."""
        return value.quantize(self.step, rounding=ROUND_FLOOR, context=_LONG)

    def use_between(self, earlier: Decimal, later: Decimal) -> Decimal:
        """Return the use between two values of the counter, in the register's unit; negative when it fell."""
        return (self.as_read(later) - self.as_read(earlier)) * self.factor


@dataclass(frozen=True)
class UsualRange:
    """The use that is usual since the last reading, both ends included, in the register's unit."""

    low: Decimal
    high: Decimal

    def __contains__(self, use: Decimal) -> bool:
        """Tell whether a use is usual."""
        return self.low <= use <= self.high


@dataclass(frozen=True)
class _Estimate:
    """A year's use, and how far the actual use may lie from it, as parts of what is expected."""

    annual_use: Decimal
    low: Decimal
    high: Decimal


def usual_range(
    register: RegisterFacts, history: Sequence[PastReading], *, until: dt.date
) -> UsualRange | None:
    """Return the usual use from the last reading until a day, rounded outwards to figures people can read.

    The year's use is the customer's own, weighted over the year by the division's profile; for lack of a
    history the billing system's forecast, else the division's default. The range is wider for a short
    history, for a short time, and after an estimated reading.

    Args:
        register: what is known of the register.
        history: its readings, oldest first.
        until: the day of the new reading.

    Returns:
        None when nothing is known to compare with, or no time has passed.

    """
    last = history[-1] if history else None
    estimate = _estimate(register, history)
    if last is None or estimate is None or until <= last.date:
        return None
    years = years_between(last.date, until, shares_of(register.division, feeds_in=register.feeds_in))
    expected = estimate.annual_use * years
    widening = max(Decimal(0), SPREAD_OF_SHORT_TIME * (1 / years.sqrt() - 1))
    reference = max(estimate.annual_use, register.annual_use or register.default_annual_use or Decimal(0))
    slack = register.step * register.factor + reference * (SLACK_OF_ESTIMATE if last.is_estimated else SLACK)
    return _rounded(
        max(Decimal(0), expected * (estimate.low - widening) - slack),
        expected * (estimate.high + widening) + slack,
        step=register.step,
    )


def _estimate(register: RegisterFacts, history: Sequence[PastReading]) -> _Estimate | None:
    if own := _own_estimate(register, history):
        return own
    if register.annual_use is not None:
        return _Estimate(register.annual_use, FORECAST_LOW, FORECAST_HIGH)
    if register.default_annual_use is not None:
        return _Estimate(register.default_annual_use, DEFAULT_LOW, DEFAULT_HIGH)
    return None


def _own_estimate(register: RegisterFacts, history: Sequence[PastReading]) -> _Estimate | None:
    """Return what the customer's own readings say; estimates and values not yet accepted say nothing."""
    shares = shares_of(register.division, feeds_in=register.feeds_in)
    intervals = [
        (years_between(earlier.date, later.date, shares), register.use_between(earlier.value, later.value))
        for earlier, later in pairwise(_telling(history))
        if later.value >= earlier.value
    ]
    years = sum((each for each, _ in intervals), Decimal(0))
    if years < SHORTEST_HISTORY:
        return None
    annual_use = sum((use for _, use in intervals), Decimal(0)) / years
    spread = SPREAD + SPREAD_OF_ONE_YEAR / years
    if annual_use:
        deviations = [abs(use / each / annual_use - 1) for each, use in intervals if each >= Decimal("0.25")]
        spread = max([spread, *(each + BEYOND_OWN_YEARS for each in deviations)])
    return _Estimate(annual_use, 1 - spread, 1 + spread)


def _telling(history: Sequence[PastReading]) -> list[PastReading]:
    readings = [each for each in history if not each.is_estimated and not each.is_pending]
    if not readings:
        return []
    since = readings[-1].date - dt.timedelta(days=YEARS_LOOKED_AT * 366)
    return [each for each in readings if each.date >= since]


def _rounded(low: Decimal, high: Decimal, *, step: Decimal) -> UsualRange:
    """Round outwards to fives of the third figure (1.650 to 2.700, 60 to 105), or to steps or tenths."""
    finest = step if step == 1 else Decimal("0.1")
    unit = max(finest, Decimal(5).scaleb(high.adjusted() - 2))
    return UsualRange(
        (low / unit).to_integral_value(ROUND_FLOOR) * unit,
        (high / unit).to_integral_value(ROUND_CEILING) * unit,
    )
