"""What was used in a calendar year. Every expected figure is computed by hand beside its case."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.profiles import EVEN, FEED_IN, HEATING, HOUSEHOLD_ELECTRICITY, Shares
from kundenportal.metering.use_periods import Period
from kundenportal.metering.yearly_use import Slice, Strand, slices_of, years_of

FOR_EVER = dt.date.max


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def strand(*rows: str, place: int = 0, until: dt.date = FOR_EVER, energy: str | None = None) -> Strand:
    """Return a counter with periods from ``2024-12-31 2025-12-31 1000 estimated``, there from the first on."""
    periods = tuple(
        Period(
            day(start),
            day(end),
            Decimal(use),
            is_estimated="estimated" in marks,
            is_pending="sent" in marks,
        )
        for start, end, use, *marks in (row.split() for row in rows)
    )
    since = periods[0].start if periods else dt.date.min
    return Strand(place, since, until, periods, energy=Decimal(energy) if energy else None)


def years(*strands: Strand, shares: Shares = EVEN) -> dict[int, str]:
    """Return the use of each year, whole units exactly and parts to a thousandth."""
    found = years_of(slices_of(strands, shares))
    return {each.year: f"{each.use.normalize():f}" for each in found}


def marks(*strands: Strand, shares: Shares = EVEN) -> dict[int, tuple[int, bool, bool]]:
    """Return of each year its days, whether it is whole, and whether it holds parts of periods."""
    return {
        each.year: (each.days, each.is_whole, each.is_shared_out)
        for each in years_of(slices_of(strands, shares))
    }


CASES = {
    "a year from end to end": (EVEN, ["2024-12-31 2025-12-31 1000"], {2025: "1000"}),
    # EVEN: January to June 85 + 77 + 85 + 82 + 85 + 82 = 496 thousandths, July to December 504.
    "water read in summer": (EVEN, ["2024-06-30 2025-06-30 1000"], {2024: "504", 2025: "496"}),
    # HEATING: January to June 155 + 137 + 122 + 80 + 48 + 26 = 568 thousandths, July to December 432.
    "gas read in summer": (HEATING, ["2024-06-30 2025-06-30 1000"], {2024: "432", 2025: "568"}),
    # HOUSEHOLD_ELECTRICITY: January to June 106 + 93 + 95 + 82 + 76 + 67 = 519 thousandths.
    "electricity read in summer": (
        HOUSEHOLD_ELECTRICITY,
        ["2024-06-30 2025-06-30 1000"],
        {2024: "481", 2025: "519"},
    ),
    # FEED_IN: January to March 30 + 50 + 85 = 165 thousandths, April to December 835.
    "sun read in spring": (FEED_IN, ["2024-03-31 2025-03-31 1000"], {2024: "835", 2025: "165"}),
    "three years in one go": (
        EVEN,
        ["2022-12-31 2025-12-31 3000"],
        {2023: "1000", 2024: "1000", 2025: "1000"},
    ),
    # 16 to 31 December are 16 of 31 days of 85 thousandths, 1 to 15 January 15 of 31: 43.870967... and
    # 41.129032... of 85 units; the last part gets what is left.
    "days of two months": (
        EVEN,
        ["2024-12-15 2025-01-15 85"],
        {2024: "43.870968", 2025: "41.129032"},
    ),
    # June 2024 and July to December: 82 + 504; January to June 2025 and the rest: 496 + 504.
    "several periods": (
        EVEN,
        ["2024-05-31 2024-06-30 82", "2024-06-30 2025-06-30 1000", "2025-06-30 2025-12-31 504"],
        {2024: "586", 2025: "1000"},
    ),
    "a time nobody knows": (
        EVEN,
        ["2023-12-31 2024-06-30 496", "2024-09-30 2024-12-31 252"],
        {2024: "748"},
    ),
    "nothing used": (EVEN, ["2024-06-30 2025-06-30 0"], {2024: "0", 2025: "0"}),
    "no period": (EVEN, [], {}),
}


@pytest.mark.parametrize(("shares", "rows", "expected"), CASES.values(), ids=CASES.keys())
def test_periods_are_shared_out_over_calendar_years(
    shares: Shares, rows: list[str], expected: dict[int, str]
) -> None:
    assert years(strand(*rows), shares=shares) == expected


def test_a_year_tells_of_how_many_days_it_knows() -> None:
    # July to December 2024 are 184 days, January to June 2025 are 181.
    assert marks(strand("2024-06-30 2025-06-30 1000")) == {2024: (184, False, True), 2025: (181, False, True)}
    assert marks(strand("2023-12-31 2024-12-31 1000")) == {2024: (366, True, False)}
    assert marks(strand("2022-12-31 2024-12-31 1000")) == {2023: (365, True, True), 2024: (366, True, True)}


@pytest.mark.parametrize(
    ("start", "end", "is_whole"),
    [
        ("2025-01-05", "2025-12-31", True),
        ("2025-01-06", "2025-12-31", False),
        ("2024-01-05", "2024-12-31", True),
        ("2024-01-06", "2024-12-31", False),
        ("2024-12-31", "2025-12-26", True),
        ("2024-12-31", "2025-12-25", False),
    ],
)
def test_five_days_may_miss_from_a_whole_year(start: str, end: str, is_whole: bool) -> None:
    (year,) = years_of(slices_of([strand(f"{start} {end} 100")], EVEN))

    assert year.is_whole is is_whole
    assert year.last_day == day(end)


def test_use_per_day_counts_the_days_that_are_known() -> None:
    # 732 units in the 366 days of a leap year; 362 in the 181 days of half a year.
    found = years_of(slices_of([strand("2023-12-31 2024-12-31 732", "2024-12-31 2025-06-30 362")], EVEN))
    assert [each.per_day for each in found] == [2, 2]


def test_counters_of_one_meter_are_added_up() -> None:
    day_rate = strand("2023-12-31 2024-12-31 600", "2024-12-31 2025-12-31 500")
    night_rate = strand("2023-12-31 2024-12-31 300", "2024-12-31 2025-12-31 400")

    assert years(day_rate, night_rate) == {2024: "900", 2025: "900"}


def test_counters_that_were_read_on_different_days_are_added_up() -> None:
    # The second one: 504 of 1000 from July to December 2024, 496 in the months after.
    assert years(
        strand("2023-12-31 2024-12-31 1000", "2024-12-31 2025-12-31 1000"),
        strand("2024-06-30 2025-06-30 1000", place=1),
    ) == {2024: "1504", 2025: "992"}


def test_a_time_of_which_one_counter_knows_nothing_is_left_out() -> None:
    # In 2025 the second counter knows January to June only, so the first one's 496 of 1000 count.
    found = slices_of(
        [strand("2024-12-31 2025-12-31 1000"), strand("2024-12-31 2025-06-30 200", place=1)], EVEN
    )
    assert [(each.end, each.use, each.days) for each in found] == [(day("2025-06-30"), 696, 181)]


def test_a_counter_read_once_says_nothing_of_the_others() -> None:
    assert years(strand("2024-12-31 2025-12-31 1000"), strand(place=1)) == {2025: "1000"}


def test_a_meter_continues_the_one_it_took_the_place_of() -> None:
    exchanged = day("2025-04-30")
    old = strand("2024-12-31 2025-04-30 329", until=exchanged)
    new = replace(strand("2025-04-30 2025-12-31 671"), since=exchanged)

    assert years(old, new) == {2025: "1000"}
    assert marks(old, new) == {2025: (365, True, False)}


def test_the_weeks_until_a_new_meter_was_read_first_are_unknown() -> None:
    exchanged = day("2025-04-30")
    old = strand("2024-12-31 2025-04-30 329", until=exchanged)
    new = replace(strand("2025-05-31 2025-12-31 586"), since=exchanged)
    beside = strand("2024-12-31 2025-12-31 1000", place=1)

    assert marks(old, new) == {2025: (334, False, False)}
    # May holds 85 of the other meter's 1000, and it is left out too.
    assert years(old, new, beside) == {2025: str(329 + 586 + 1000 - 85)}


def test_a_meter_that_came_later_counts_from_then_on() -> None:
    found = slices_of(
        [strand("2024-12-31 2025-12-31 1000"), strand("2025-06-30 2025-12-31 300", place=1)], EVEN
    )

    assert [(each.use, each.places) for each in found] == [(496, {0}), (804, {0, 1})]


def test_a_meter_that_went_counts_until_then() -> None:
    gone = strand("2024-12-31 2025-06-30 300", place=1, until=day("2025-06-30"))

    assert years(strand("2024-12-31 2025-12-31 1000"), gone) == {2025: "1300"}


@pytest.mark.parametrize(("mark", "expected"), [("", (False, False)), ("estimated", (True, False))])
def test_a_year_is_as_doubtful_as_any_of_its_periods(mark: str, expected: tuple[bool, bool]) -> None:
    found = years_of(slices_of([strand("2023-12-31 2024-12-31 9", f"2024-12-31 2025-06-30 5 {mark}")], EVEN))

    assert tuple(each.is_estimated for each in reversed(found)) == expected


def test_a_slice_tells_whether_a_value_behind_it_is_not_accepted() -> None:
    found = slices_of([strand("2023-12-31 2024-12-31 9", "2024-12-31 2025-06-30 5 sent")], EVEN)

    assert [each.is_pending for each in found] == [False, True]


def test_energy_is_told_when_every_counter_knows_its_own() -> None:
    # 100 m3 of 10 kWh and 50 m3 of 11 kWh; without a figure for one of them nothing is said.
    def energies(second: str | None) -> list[Decimal | None]:
        first = strand("2024-12-31 2025-12-31 100", energy="10")
        other = strand("2024-12-31 2025-12-31 50", place=1, energy=second)
        return [each.energy for each in years_of(slices_of([first, other], EVEN))]

    assert energies("11") == [1550]
    assert energies(None) == [None]


def test_a_year_tells_no_energy_that_is_known_for_a_part_of_it() -> None:
    exchanged = day("2025-06-30")
    old = strand("2024-12-31 2025-06-30 100", until=exchanged)
    new = replace(strand("2025-06-30 2025-12-31 100", energy="10"), since=exchanged)

    assert [each.energy for each in years_of(slices_of([old, new], EVEN))] == [None]


def test_slices_need_not_end_with_the_year() -> None:
    found = slices_of([strand("2024-06-30 2025-06-30 1000")], HEATING, at_years=False)

    assert [(each.start, each.end, each.use) for each in found] == [
        (day("2024-06-30"), day("2025-06-30"), 1000)
    ]
    assert found[0].per_day == Decimal(1000) / 365


dates = st.dates(dt.date(2018, 1, 1), dt.date(2026, 12, 31))


def periods_between(ends: list[dt.date], uses: list[int]) -> tuple[Period, ...]:
    ordered = sorted(set(ends))
    return tuple(
        Period(start, end, Decimal(use)) for start, end, use in zip(ordered, ordered[1:], uses, strict=False)
    )


@given(
    st.lists(dates, min_size=2, max_size=9),
    st.lists(st.integers(0, 99_999), min_size=9, max_size=9),
    st.sampled_from([EVEN, HEATING, HOUSEHOLD_ELECTRICITY, FEED_IN]),
)
def test_the_parts_add_up_to_the_whole(ends: list[dt.date], uses: list[int], shares: Shares) -> None:
    periods = periods_between(ends, uses)
    found = years_of(slices_of([Strand(0, min(ends), FOR_EVER, periods)], shares))

    assert sum(each.use for each in found) == sum(each.use for each in periods)
    assert sum(each.days for each in found) == (max(ends) - min(ends)).days
    assert all(each.use >= 0 for each in found)


@given(
    st.lists(st.tuples(st.lists(dates, min_size=2, max_size=5), st.integers(0, 2)), min_size=1, max_size=4),
    st.lists(st.integers(0, 99_999), min_size=5, max_size=5),
)
def test_slices_follow_one_another_within_a_year(
    counters: list[tuple[list[dt.date], int]], uses: list[int]
) -> None:
    strands = [Strand(place, min(ends), FOR_EVER, periods_between(ends, uses)) for ends, place in counters]
    found: tuple[Slice, ...] = slices_of(strands, HEATING)

    assert all(each.start < each.end for each in found)
    assert all((each.start + dt.timedelta(days=1)).year == each.year for each in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
    most = sum(period.use for strand in strands for period in strand.periods)
    assert sum(each.use for each in found) <= most
