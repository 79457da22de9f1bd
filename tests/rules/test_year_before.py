"""The use of a time beside that of the same days a year earlier. Expected figures are computed by hand."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.profiles import EVEN, HEATING, Shares
from kundenportal.metering.use_periods import Period
from kundenportal.metering.year_before import Comparison, NotComparable, compare_with_year_before
from kundenportal.metering.yearly_use import Strand, slices_of, years_of_evenings

Y2023, Y2024, Y2025, HALF_2025 = (
    f"{start} {end}"
    for start, end in (
        ("2022-12-31", "2023-12-31"),
        ("2023-12-31", "2024-12-31"),
        ("2024-12-31", "2025-12-31"),
        ("2024-12-31", "2025-06-30"),
    )
)


def strand(*rows: str, place: int = 0) -> Strand:
    """Return a counter with periods from ``2024-12-31 2025-12-31 1000 estimated``."""
    periods = tuple(
        Period(dt.date.fromisoformat(start), dt.date.fromisoformat(end), Decimal(use), bool(mark))
        for start, end, use, *mark in (row.split() for row in rows)
    )
    return Strand(place, periods[0].start if periods else dt.date.min, dt.date.max, periods)


def compare(
    *strands: Strand, first: str = "2025-01-01", last: str = "2025-12-31", shares: Shares = EVEN
) -> Comparison | NotComparable:
    return compare_with_year_before(
        slices_of(strands, shares),
        shares,
        first=dt.date.fromisoformat(first),
        last=dt.date.fromisoformat(last),
    )


def percent(*rows: str, first: str = "2025-01-01", last: str = "2025-12-31", shares: Shares = EVEN) -> int:
    found = compare(strand(*rows), first=first, last=last, shares=shares)
    assert isinstance(found, Comparison)
    return found.percent


CASES = {
    # 2 a day in 2023 and 2025, against 2 a day in the 366 days of 2024.
    "a leap year is a day longer": ([f"{Y2024} 732", f"{Y2025} 730"], 0),
    # 730 x 0.92 = 671.6 in 2025: 1.84 a day against 2.
    "eight percent less": ([f"{Y2024} 732", f"{Y2025} 671.6"], -8),
    "twice as much": ([f"{Y2024} 732", f"{Y2025} 1460"], 100),
    "nothing any more": ([f"{Y2024} 732", f"{Y2025} 0"], -100),
    # 1000 x 365 / 366 = 997.27 would be as much; 1002.26 is half a percent more, and half is rounded up.
    "half a percent is rounded up": ([f"{Y2023} 1000", f"{Y2024} 1007.754"], 1),
    "less than half a percent is none": ([f"{Y2023} 1000", f"{Y2024} 1007.7"], 0),
}


@pytest.mark.parametrize(("rows", "expected"), CASES.values(), ids=CASES.keys())
def test_the_change_is_told_per_day(rows: list[str], expected: int) -> None:
    year = rows[-1].split()[1][:4]
    assert percent(*rows, first=f"{year}-01-01", last=f"{year}-12-31") == expected


def test_the_figures_per_day_are_those_of_either_year() -> None:
    found = compare(strand(f"{Y2024} 732", f"{Y2025} 1095"))

    assert found == Comparison(Decimal(3), Decimal(2), is_estimated=False)


def test_a_part_of_a_year_is_compared_with_the_same_days() -> None:
    # HEATING: January to June hold 568 of 1000 in 2024, in 182 days; 568 again in the 181 days of 2025 is
    # 182 / 181 = 1.0055 as much. With even shares it were 496 against 568: 15 % more.
    rows = [f"{Y2024} 1000", f"{HALF_2025} 568"]

    assert percent(*rows, last="2025-06-30", shares=HEATING) == 1
    assert percent(*rows, last="2025-06-30", shares=EVEN) == 15


def test_years_from_spring_to_spring_are_compared_by_their_parts() -> None:
    # EVEN: January to March hold 85 + 77 + 85 = 247 of 1000, April to December 753.
    # 2025: 247 of 1200 and 753 of 900 are 974.1. 2024: 247 of 1000 and 753 of 1200 are 1150.6.
    # (974.1 / 365) / (1150.6 / 366) - 1 = -15.1 %.
    rows = ["2023-03-31 2024-03-31 1000", "2024-03-31 2025-03-31 1200", "2025-03-31 2026-03-31 900"]

    assert percent(*rows) == -15


def test_days_that_are_known_in_one_year_only_do_not_count() -> None:
    # March to December hold 838 of 1000; 838 in the 306 days from March 2024 on, and 1676 of 2000 in 2025.
    assert percent("2024-02-29 2024-12-31 838", f"{Y2025} 2000") == 100


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        ([f"{Y2025} 1000"], "2025-12-31"),
        # October to December are 92 of 365 days.
        (["2024-09-30 2024-12-31 252", f"{Y2025} 1000"], "2025-12-31"),
        # 23 March to 31 December are 284 of 365 days, less than four fifths.
        (["2024-03-22 2024-12-31 700", f"{Y2025} 1000"], "2025-12-31"),
        # One period holds both years.
        (["2023-12-31 2025-12-31 2000"], "2025-12-31"),
        # The 29 days until 29 January are less than a month.
        ([f"{Y2024} 1000", "2024-12-31 2025-01-29 80"], "2025-01-29"),
    ],
    ids=["nothing before", "a quarter before", "less than four fifths before", "one period", "four weeks"],
)
def test_too_few_days_are_not_compared(rows: list[str], last: str) -> None:
    assert compare(strand(*rows), last=last) is NotComparable.TOO_FEW_DAYS


def test_just_enough_days_are_compared() -> None:
    # 292 of 365 days: 15 March to 31 December. 30 days: until 30 January.
    assert isinstance(compare(strand("2024-03-14 2024-12-31 700", f"{Y2025} 1000")), Comparison)
    month = strand(f"{Y2024} 1000", "2024-12-31 2025-01-30 80")
    assert isinstance(compare(month, last="2025-01-30"), Comparison)


def test_no_slices_are_not_compared() -> None:
    assert compare() is NotComparable.TOO_FEW_DAYS


def test_after_a_year_without_use_there_is_no_percentage() -> None:
    assert compare(strand(f"{Y2024} 0", f"{Y2025} 1000")) is NotComparable.NOTHING_USED


def test_a_meter_that_came_meanwhile_makes_years_incomparable() -> None:
    household = strand(f"{Y2024} 1000", f"{Y2025} 1000")

    assert compare(household, strand("2024-09-30 2025-12-31 1000", place=1)) is NotComparable.TOO_FEW_DAYS
    assert isinstance(compare(household, strand(f"{Y2024} 500", f"{Y2025} 500", place=1)), Comparison)


@pytest.mark.parametrize(("first", "second"), [("estimated", ""), ("", "estimated")])
def test_an_estimate_in_either_year_is_told(first: str, second: str) -> None:
    found = compare(strand(f"{Y2024} 732 {first}", f"{Y2025} 730 {second}"))

    assert isinstance(found, Comparison)
    assert found.is_estimated


def test_a_leap_day_has_the_day_before_it_beside_it() -> None:
    # 29 February 2024 ends a period, as does the one of the year before the next leap year.
    rows = ["2022-12-31 2024-02-29 700", "2024-02-29 2025-02-28 600", "2025-02-28 2025-12-31 500"]

    assert isinstance(compare(strand(*rows)), Comparison)
    assert isinstance(
        compare(strand(f"{Y2023} 365", f"{Y2024} 366"), first="2024-01-01", last="2024-02-29"), Comparison
    )


@given(
    st.lists(st.dates(dt.date(2023, 12, 31), dt.date(2024, 12, 31)), max_size=4),
    st.lists(st.dates(dt.date(2024, 12, 31), dt.date(2025, 12, 31)), max_size=4),
    st.sampled_from([EVEN, HEATING]),
    st.integers(1, 50),
)
def test_who_uses_the_same_every_year_sees_no_change(
    before: list[dt.date], now: list[dt.date], shares: Shares, times: int
) -> None:
    # A year's use is 1000 units; however often it is read, each period holds its share of them.
    ends = sorted({dt.date(2023, 12, 31), *before, dt.date(2024, 12, 31), *now, dt.date(2025, 12, 31)})
    periods = tuple(
        Period(start, end, 1000 * times * years_of_evenings(start, end, shares))
        for start, end in pairwise(ends)
    )
    found = compare_with_year_before(
        slices_of([Strand(0, ends[0], dt.date.max, periods)], shares),
        shares,
        first=dt.date(2025, 1, 1),
        last=dt.date(2025, 12, 31),
    )

    assert isinstance(found, Comparison)
    assert found.percent == 0
