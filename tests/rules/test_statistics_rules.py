"""Periods, middle values, and what is too few to be told."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.statistics.rules import FEWEST, is_told, period_of, quantile

TODAY = dt.date(2026, 11, 22)
DAYS = st.dates(min_value=dt.date(2001, 1, 1), max_value=dt.date(2100, 1, 1))


@pytest.mark.parametrize(
    ("key", "first", "last", "parts"),
    [
        ("30-tage", "2026-10-23", "2026-11-21", 5),
        ("12-monate", "2025-12-01", "2026-11-21", 12),
        ("2026", "2026-01-01", "2026-11-21", 11),
        ("2025", "2025-01-01", "2025-12-31", 12),
        ("", "2025-12-01", "2026-11-21", 12),
        ("2027", "2025-12-01", "2026-11-21", 12),
        ("1999", "2025-12-01", "2026-11-21", 12),
        ("²026", "2025-12-01", "2026-11-21", 12),
        ("9" * 5000, "2025-12-01", "2026-11-21", 12),
    ],
)
def test_a_period_has_its_days(key: str, first: str, last: str, parts: int) -> None:
    period = period_of(key, today=TODAY)
    assert (period.first.isoformat(), period.last.isoformat(), len(period.parts)) == (first, last, parts)


@given(DAYS, st.sampled_from(["30-tage", "12-monate"]))
def test_the_parts_of_a_period_follow_each_other_without_a_gap(today: dt.date, key: str) -> None:
    period = period_of(key, today=today)
    assert period.last == today - dt.timedelta(days=1)
    for part, following in zip(period.parts, period.parts[1:], strict=False):
        assert part.first <= part.last
        assert following.first == part.last + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("counts", "median", "most"),
    [
        ({}, None, None),
        ({1: FEWEST - 1}, None, None),
        ({7: 5}, 7, 7),
        ({1: 5, 2: 4, 100: 1}, 1, 2),
        ({1: 1, 5: 8, 90: 1}, 5, 5),
    ],
)
def test_middle_values(counts: dict[int, int], median: int | None, most: int | None) -> None:
    assert (quantile(counts, 0.5), quantile(counts, 0.9)) == (median, most)


def test_one_to_four_are_not_told() -> None:
    assert [number for number in range(8) if not is_told(number)] == [1, 2, 3, 4]
