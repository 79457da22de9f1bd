"""How dates are read and written."""

import contextlib
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.dates import (
    InvalidDate,
    format_date_long,
    format_date_short,
    local_date,
    months_before,
    parse_date,
    parse_span,
)
from tests.make import TODAY


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("22.11.2026", "2026-11-22"),
        ("1.11.2026", "2026-11-01"),
        ("01.11.26", "2026-11-01"),
        ("1.11.", "2026-11-01"),
        ("1.11", "2026-11-01"),
        ("01.11.", "2026-11-01"),
        ("01112026", "2026-11-01"),
        ("011126", "2026-11-01"),
        ("2026-11-01", "2026-11-01"),
        ("2026-1-5", "2026-01-05"),
        ("1/11/2026", "2026-11-01"),
        ("1-11-2026", "2026-11-01"),
        ("1 11 2026", "2026-11-01"),
        ("01. 11. 2026", "2026-11-01"),
        ("1.\N{NO-BREAK SPACE}11.\N{NO-BREAK SPACE}2026", "2026-11-01"),
        ("  22.11.2026 ", "2026-11-22"),
        ("22.11.2026.", "2026-11-22"),
        ("1. November 2026", "2026-11-01"),
        ("1 november 2026", "2026-11-01"),
        ("1. Nov. 26", "2026-11-01"),
        ("3. März", "2027-03-03"),
        ("3. Okt", "2026-10-03"),
        ("heute", "2026-11-22"),
        ("Heute", "2026-11-22"),
        ("gestern", "2026-11-21"),
        ("vorgestern", "2026-11-20"),
        ("Today", "2026-11-22"),
        ("yesterday", "2026-11-21"),
        ("24.11.", "2026-11-24"),
        ("29.02.2024", "2024-02-29"),
    ],
)
def test_a_date_is_read_in_every_usual_spelling(text: str, date: str) -> None:
    assert parse_date(text, today=TODAY) == dt.date.fromisoformat(date)


def test_a_day_without_a_year_is_the_nearest_one() -> None:
    assert parse_date("31.12.", today=dt.date(2027, 1, 5)) == dt.date(2026, 12, 31)
    assert parse_date("1.1.", today=dt.date(2026, 12, 28)) == dt.date(2027, 1, 1)
    assert parse_date("29.2.", today=dt.date(2028, 11, 1)) == dt.date(2028, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "morgen",
        "32.11.2026",
        "31.11.2026",
        "29.02.2026",
        "29.2.",
        "22.13.2026",
        "1112026",
        "22.11.226",
        "2026",
        "22",
        "0.1.2026",
        "00000000",
        "22.11.0000",
        "2026-11-01T00:00",
        "２２.１１.２０２６",  # full-width digits
        "3. Foo 2026",
        "22.11.2026" * 5,
        "22.11.2026\x00",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidDate):
        parse_date(text, today=TODAY)


def test_dates_are_written_long_and_short() -> None:
    assert format_date_long(TODAY) == "22. November 2026"
    assert format_date_short(dt.date(2026, 3, 1)) == "01.03.2026"


@given(st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2099, 12, 31)), st.dates())
def test_what_is_written_is_read_back(date: dt.date, today: dt.date) -> None:
    assert parse_date(format_date_short(date), today=today) == date
    assert parse_date(format_date_long(date), today=today) == date
    assert parse_date(date.isoformat(), today=today) == date


@given(st.text(max_size=50))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidDate):
        assert isinstance(parse_date(text, today=TODAY), dt.date)


@pytest.mark.parametrize(
    ("now", "date"),
    [
        ("2026-11-22T22:59:00+00:00", "2026-11-22"),
        ("2026-11-22T23:00:00+00:00", "2026-11-23"),
        ("2026-07-01T21:59:00+00:00", "2026-07-01"),
        ("2026-07-01T22:00:00+00:00", "2026-07-02"),
    ],
)
def test_the_local_date_changes_at_the_utilitys_midnight(now: str, date: str) -> None:
    moment = dt.datetime.fromisoformat(now)
    assert local_date(moment, ZoneInfo("Europe/Berlin")) == dt.date.fromisoformat(date)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("22.11.2026", "2026-11-22T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("gestern", "2026-11-21T00:00+01:00", "2026-11-22T00:00+01:00"),
        ("25.10.2026", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00"),
        ("22.11.2026 14:30", "2026-11-22T14:30+01:00", "2026-11-22T14:31+01:00"),
        ("22.11.26, 8:05 Uhr", "2026-11-22T08:05+01:00", "2026-11-22T08:06+01:00"),
        ("heute 23:59", "2026-11-22T23:59+01:00", "2026-11-23T00:00+01:00"),
    ],
)
def test_a_day_or_a_minute_is_a_span(text: str, begin: str, end: str) -> None:
    span = parse_span(text, today=dt.date(2026, 11, 22), zone=ZoneInfo("Europe/Berlin"))
    assert span == (dt.datetime.fromisoformat(begin), dt.datetime.fromisoformat(end))


@pytest.mark.parametrize(
    "text", ["", "14:30", "22.11.2026 24:00", "22.11.2026 8", "31.12.9999", "1.1.0001 0:00", "x"]
)
def test_what_is_no_day_and_no_minute_is_refused(text: str) -> None:
    with pytest.raises(InvalidDate):
        parse_span(text, today=dt.date(2026, 11, 22), zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-11-22", 36, "2023-11-22"),
        ("2028-02-29", 36, "2025-03-01"),
        ("2028-02-29", 48, "2024-02-29"),
        ("2026-01-31", 2, "2025-12-01"),
        ("2026-12-31", 1, "2026-12-01"),
        ("2026-01-15", 1, "2025-12-15"),
    ],
)
def test_months_before_a_day_end_on_the_same_day_or_the_next_there_is(
    day: str, months: int, before: str
) -> None:
    assert months_before(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(before)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 1, 1)), st.integers(0, 240))
def test_later_days_are_never_earlier_months_before(day: dt.date, months: int) -> None:
    assert months_before(day, months) <= months_before(day + dt.timedelta(days=1), months)
