"""What the values of one counter say of the use between them. Expected figures are computed by hand."""

import datetime as dt
from decimal import Decimal
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.metering.use_periods import CounterValue, Period, Step, Unknown, periods_of, steps_of

FIVE_DIGITS = Decimal(100_000)


def values(*rows: str) -> list[CounterValue]:
    """Return values from ``2024-12-31 500 estimated``; ``sent`` and ``other`` are further marks."""
    return [
        CounterValue(
            dt.date.fromisoformat(date),
            Decimal(value),
            is_estimated="estimated" in marks,
            status="received" if "sent" in marks else "",
            is_of_other_meter="other" in marks,
        )
        for date, value, *marks in (row.split() for row in rows)
    ]


def steps(*rows: str, factor: int = 1) -> list[Step]:
    return steps_of(values(*rows), capacity=FIVE_DIGITS, factor=Decimal(factor))


def told(found: list[Step]) -> list[str]:
    """Return for each value its day and its use, or why there is none."""
    return [f"{each.value.date} {each.period.use if each.period else each.unknown}" for each in found]


CASES = {
    "no value": ([], []),
    "one value": (["2024-12-31 500"], ["2024-12-31 no_value_before"]),
    "three values, in any order": (
        ["2025-12-31 900", "2023-12-31 100", "2024-12-31 600"],
        ["2023-12-31 no_value_before", "2024-12-31 500", "2025-12-31 300"],
    ),
    "nothing used": (
        ["2024-12-31 500", "2025-12-31 500"],
        ["2024-12-31 no_value_before", "2025-12-31 0"],
    ),
    # 99.948 to 100.000 are 52, and 73 more.
    "a counter that ran over": (
        ["2024-12-31 99948", "2025-12-31 73"],
        ["2024-12-31 no_value_before", "2025-12-31 125"],
    ),
    # It fell by half of what it can show, and not by more.
    "half way back is no run over": (
        ["2024-12-31 50000", "2025-12-31 0"],
        ["2024-12-31 no_value_before", "2025-12-31 value_fell"],
    ),
    "more than half way back is one": (
        ["2024-12-31 50001", "2025-12-31 0"],
        ["2024-12-31 no_value_before", "2025-12-31 49999"],
    ),
    # The use from 31 December 2023 on is known again in 2025: 24.000 - 21.000.
    "an estimate that was too high": (
        ["2023-12-31 21000", "2024-12-31 24500 estimated", "2025-12-31 24000"],
        ["2023-12-31 no_value_before", "2024-12-31 estimate_refuted", "2025-12-31 3000"],
    ),
    "two estimates that were too high": (
        ["2022-12-31 100", "2023-12-31 700 estimated", "2024-12-31 900 estimated", "2025-12-31 400"],
        [
            "2022-12-31 no_value_before",
            "2023-12-31 estimate_refuted",
            "2024-12-31 estimate_refuted",
            "2025-12-31 300",
        ],
    ),
    "an estimate that was too low": (
        ["2023-12-31 500", "2024-12-31 400 estimated", "2025-12-31 900"],
        ["2023-12-31 no_value_before", "2024-12-31 estimate_refuted", "2025-12-31 400"],
    ),
    "an estimate at first that was too high": (
        ["2023-12-31 500 estimated", "2024-12-31 400", "2025-12-31 900"],
        ["2023-12-31 estimate_refuted", "2024-12-31 no_value_before", "2025-12-31 500"],
    ),
    "an estimate near the end of the counter": (
        ["2023-12-31 99900", "2024-12-31 99990 estimated", "2025-12-31 50"],
        ["2023-12-31 no_value_before", "2024-12-31 90", "2025-12-31 60"],
    ),
    "a value that fell for no known reason": (
        ["2023-12-31 500", "2024-12-31 400", "2025-12-31 900"],
        ["2023-12-31 no_value_before", "2024-12-31 value_fell", "2025-12-31 500"],
    ),
    "a value of the next meter": (
        ["2024-12-31 60000", "2025-06-30 7 sent other", "2025-12-31 60500"],
        ["2024-12-31 no_value_before", "2025-06-30 other_meter", "2025-12-31 500"],
    ),
    "two values of one day, of which one is accepted": (
        ["2024-12-31 100", "2025-12-31 500", "2025-12-31 499 sent"],
        ["2024-12-31 no_value_before", "2025-12-31 400"],
    ),
    "two values of one day, of which none is accepted": (
        ["2024-12-31 100", "2025-12-31 499 sent", "2025-12-31 500 sent"],
        ["2024-12-31 no_value_before", "2025-12-31 400"],
    ),
    "decimals": (
        ["2024-12-31 100.125", "2025-12-31 101"],
        ["2024-12-31 no_value_before", "2025-12-31 0.875"],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), CASES.values(), ids=CASES.keys())
def test_values_tell_the_use_between_them(rows: list[str], expected: list[str]) -> None:
    assert told(steps(*rows)) == expected


def test_the_factor_turns_steps_of_the_counter_into_units() -> None:
    # 10 steps of 40 kWh each; 125 steps across zero.
    assert told(steps("2024-12-31 0", "2025-12-31 10", factor=40))[1] == "2025-12-31 400"
    assert told(steps("2024-12-31 99948", "2025-12-31 73", factor=40))[1] == "2025-12-31 5000"


def test_a_period_counts_the_days_after_its_first_evening() -> None:
    # 2024 is a leap year; 732 kWh in 366 days are 2 a day.
    (period,) = periods_of(steps("2023-12-31 0", "2024-12-31 732"))

    assert (period.days, period.per_day) == (366, 2)


@pytest.mark.parametrize(
    ("first", "second", "estimated", "pending"),
    [
        ("", "", False, False),
        ("estimated", "", True, False),
        ("", "estimated", True, False),
        ("", "sent", False, True),
        ("sent", "", False, True),
        ("estimated", "sent", True, True),
    ],
)
def test_a_period_is_as_doubtful_as_either_of_its_ends(
    first: str, second: str, estimated: bool, pending: bool
) -> None:
    (period,) = periods_of(steps(f"2024-12-31 1 {first}", f"2025-12-31 5 {second}"))

    assert (period.is_estimated, period.is_pending) == (estimated, pending)


def test_why_a_use_is_unknown_stands_where_no_period_does() -> None:
    for each in steps("2023-12-31 500", "2024-12-31 400", "2025-06-30 700 estimated", "2025-12-31 600"):
        assert (each.period is None) == (each.unknown in set(Unknown))


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=12), st.integers(0, 99_999))
def test_a_counter_that_runs_over_again_and_again_loses_nothing(uses: list[int], start: int) -> None:
    # No step is half of what the counter can show, so nothing is taken for a fall.
    shown = [
        CounterValue(dt.date(2020 + place, 12, 31), Decimal(total % 100_000))
        for place, total in enumerate(accumulate(uses, initial=start))
    ]

    found = periods_of(steps_of(shown, capacity=FIVE_DIGITS, factor=Decimal(1)))

    assert [each.use for each in found] == uses


@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 99_999), st.booleans(), st.booleans()), max_size=12
    )
)
def test_periods_follow_one_another_and_are_never_negative(rows: list[tuple[int, int, bool, bool]]) -> None:
    start = dt.date(2018, 1, 1)
    found: tuple[Period, ...] = periods_of(
        steps_of(
            [
                CounterValue(
                    start + dt.timedelta(days=day),
                    Decimal(value),
                    is_estimated=estimated,
                    status="received" * sent,
                )
                for day, value, estimated, sent in rows
            ],
            capacity=FIVE_DIGITS,
            factor=Decimal(1),
        )
    )

    assert all(each.days >= 1 and each.use >= 0 for each in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
