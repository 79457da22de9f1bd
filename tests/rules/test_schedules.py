"""When something is due again and again."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.schedules import Schedule, parse_schedule

BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.integers(1_600_000_000, 2_200_000_000).map(lambda at: dt.datetime.fromtimestamp(at, tz=dt.UTC))
SCHEDULES = st.one_of(
    st.builds(Schedule, minutes=st.integers(1, 1440)),
    st.builds(Schedule, times=st.lists(st.times(), min_size=1, max_size=4).map(tuple)),
)


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("60", Schedule(minutes=60)),
        ("06:00", Schedule(times=(dt.time(6),))),
        ("18:30, 06:00", Schedule(times=(dt.time(6), dt.time(18, 30)))),
    ],
)
def test_a_schedule_is_minutes_or_times(text: str, schedule: Schedule) -> None:
    assert parse_schedule(text) == schedule


@pytest.mark.parametrize(
    "text", ["", "0", "1441", "-5", "6:00", "24:00", "06:00:30", "60,06:00", "stündlich"]
)
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_schedule(text)


@pytest.mark.parametrize(
    ("text", "now", "due"),
    [
        ("60", "2026-11-22 12:34", "2026-11-22 12:00"),
        ("15", "2026-11-22 12:34", "2026-11-22 12:30"),
        ("06:00,18:30", "2026-11-22 12:34", "2026-11-22 06:00"),
        ("06:00,18:30", "2026-11-22 18:30", "2026-11-22 18:30"),
        ("06:00,18:30", "2026-11-22 05:59", "2026-11-21 18:30"),
        ("06:00", "2026-03-29 05:59", "2026-03-28 06:00"),
    ],
)
def test_it_was_due_last_in_local_time(text: str, now: str, due: str) -> None:
    moment, expected = (dt.datetime.fromisoformat(each).replace(tzinfo=BERLIN) for each in (now, due))
    assert parse_schedule(text).last_due(moment) == expected


@given(SCHEDULES, MOMENTS)
def test_it_was_due_within_the_last_day_and_not_after_now(schedule: Schedule, moment: dt.datetime) -> None:
    now = moment.astimezone(BERLIN)
    due = schedule.last_due(now)
    # The day on which clocks are put back is an hour longer.
    assert dt.timedelta(0) <= now.astimezone(dt.UTC) - due.astimezone(dt.UTC) <= dt.timedelta(hours=25)
    assert schedule.last_due(due) == due
