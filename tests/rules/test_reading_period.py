"""Which days belong to a reading period."""

import datetime as dt

import pytest

from kundenportal.core.utility import ReadingPeriod
from kundenportal.metering.reading_period import current_period, is_reading_due

AUTUMN = ReadingPeriod((11, 15), (12, 15))
NEW_YEAR = ReadingPeriod((12, 20), (1, 10))
TO_MONTHS_END = ReadingPeriod((2, 1), (2, 31))


@pytest.mark.parametrize(
    ("period", "today", "expected"),
    [
        (AUTUMN, "2026-11-14", None),
        (AUTUMN, "2026-11-15", ("2026-11-15", "2026-12-15")),
        (AUTUMN, "2026-12-15", ("2026-11-15", "2026-12-15")),
        (AUTUMN, "2026-12-16", None),
        (NEW_YEAR, "2026-12-19", None),
        (NEW_YEAR, "2026-12-20", ("2026-12-20", "2027-01-10")),
        (NEW_YEAR, "2027-01-10", ("2026-12-20", "2027-01-10")),
        (NEW_YEAR, "2027-01-11", None),
        (TO_MONTHS_END, "2027-02-28", ("2027-02-01", "2027-02-28")),
        (TO_MONTHS_END, "2028-02-29", ("2028-02-01", "2028-02-29")),
        (TO_MONTHS_END, "2027-03-01", None),
    ],
)
def test_both_ends_belong_to_the_period(
    period: ReadingPeriod, today: str, expected: tuple[str, str] | None
) -> None:
    days = current_period(period, dt.date.fromisoformat(today))
    assert days == (expected and tuple(dt.date.fromisoformat(each) for each in expected))


@pytest.mark.parametrize(
    ("period", "last", "is_due"),
    [
        (AUTUMN, None, True),
        (AUTUMN, "2026-11-14", True),
        (AUTUMN, "2026-11-15", False),
        (NEW_YEAR, None, False),
        (NEW_YEAR, "2020-01-01", False),
        (None, None, True),
        (None, "2026-10-10", True),
        (None, "2026-10-11", False),
    ],
)
def test_a_reading_is_due_in_its_period_or_when_the_last_one_is_old(
    period: ReadingPeriod | None, last: str | None, is_due: bool
) -> None:
    day = dt.date.fromisoformat(last) if last else None
    today = dt.date(2026, 11, 22)
    assert is_reading_due(day, period=period, max_age_days=42, today=today) == is_due
