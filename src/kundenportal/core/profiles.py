"""How use is spread over a year: which share of a year's use falls between two days."""

import calendar
import datetime as dt
from decimal import Decimal

Shares = tuple[int, ...]
"""Twelve monthly shares in thousandths of a year's use, January first; they sum up to 1000."""

EVEN: Shares = (85, 77, 85, 82, 85, 82, 85, 85, 82, 85, 82, 85)
"""The same every day: water, which German households draw almost evenly over the year."""

HOUSEHOLD_ELECTRICITY: Shares = (106, 93, 95, 82, 76, 67, 67, 68, 71, 82, 90, 103)
"""The dynamisation function of the standard load profile H0, summed up by month
(VDEW-Materialien M-28/99, still the BDEW's for H0): F(t) = -3.92e-10 t^4 + 3.20e-7 t^3 - 7.02e-5 t^2
+ 2.10e-3 t + 1.24 for the day t of the year."""

DEGREE_DAYS: Shares = (170, 150, 130, 80, 40, 14, 13, 13, 30, 80, 120, 160)
"""Degree-day numbers of VDI 2067 sheet 1 (12/1983), table 22; June to August share 40 thousandths."""

HOT_WATER_SHARE = 18
"""Percent of the heat that warms water all year round, the flat rate of § 9 (3) HeizkostenV of 1989."""

HEATING: Shares = (155, 137, 122, 80, 48, 26, 26, 26, 39, 81, 113, 147)
"""Gas and heat: 82 % by ``DEGREE_DAYS``, 18 % (``HOT_WATER_SHARE``) evenly over the year."""

FEED_IN: Shares = (30, 50, 85, 115, 125, 125, 130, 115, 95, 65, 40, 25)
"""The yield of a roof that faces south in southern Germany, as PVGIS computes it, rounded to 5."""

_OF_DIVISION = {"strom": HOUSEHOLD_ELECTRICITY, "gas": HEATING, "wasser": EVEN, "waerme": HEATING}


def shares_of(division: str, *, feeds_in: bool) -> Shares:
    """Return the monthly shares for a division, or for what a customer feeds into the grid.

    Args:
        division: ``strom``, ``gas``, ``wasser`` or ``waerme``.
        feeds_in: whether the register counts energy that flows into the grid.

    """
    return FEED_IN if feeds_in else _OF_DIVISION[division]


def years_between(start: dt.date, end: dt.date, shares: Shares) -> Decimal:
    """Return how many years' use falls from one day (included) to another (excluded).

    The use of a month is spread evenly over its days; 1 means as much as a whole year.
    """
    return _years_until(end, shares) - _years_until(start, shares)


def _years_until(date: dt.date, shares: Shares) -> Decimal:
    days_of_month = calendar.monthrange(date.year, date.month)[1]
    thousandths = (
        sum(shares[: date.month - 1]) + Decimal(shares[date.month - 1] * (date.day - 1)) / days_of_month
    )
    return date.year + thousandths / 1000
