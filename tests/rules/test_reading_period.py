"""Which days belong to a reading period."""

import datetime as dt

import pytest

from kundenportal.core.utility import ReadingPeriod
from kundenportal.metering.reading_period import current_period

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
