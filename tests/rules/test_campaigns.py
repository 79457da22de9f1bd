"""The days of a campaign, its reminders and its pace."""

import datetime as dt
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.campaigns.rules import (
    PLACES_IN_A_MAIL,
    Days,
    Fault,
    Known,
    Reminder,
    faults_of,
    grouped_by_mail,
    last_of,
    mails_at_once,
    reminder_due,
)

TODAY = dt.date(2026, 11, 22)
DAYS = Days(dt.date(2026, 11, 15), dt.date(2026, 12, 31), dt.date(2026, 12, 15), 14, 3)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"first_reminder": None, "last_reminder": None}, []),
        ({"due": day("2026-12-31")}, []),
        ({"due": TODAY}, []),
        ({"period_to": day("2026-11-14")}, [Fault.PERIOD_BACKWARDS]),
        ({"period_to": day("2027-11-17")}, [Fault.PERIOD_TOO_LONG]),
        ({"period_to": day("2026-11-21"), "due": day("2026-11-20")}, [Fault.PERIOD_OVER]),
        ({"due": day("2026-11-14")}, [Fault.DUE_BEFORE_PERIOD]),
        ({"due": day("2027-01-01")}, [Fault.DUE_AFTER_PERIOD]),
        ({"due": day("2026-11-21")}, [Fault.DUE_OVER]),
        ({"first_reminder": 3}, [Fault.REMINDERS_BACKWARDS]),
        (
            {"due": day("2027-01-01"), "last_reminder": 20},
            [Fault.DUE_AFTER_PERIOD, Fault.REMINDERS_BACKWARDS],
        ),
    ],
)
def test_the_days_of_a_campaign_fit_together(changes, faults):
    assert faults_of(replace(DAYS, **changes), today=TODAY) == faults


@pytest.mark.parametrize(
    ("today", "reminder"),
    [
        ("2026-11-30", None),
        ("2026-12-01", Reminder(1, day("2026-12-01"))),
        ("2026-12-11", Reminder(1, day("2026-12-01"))),
        ("2026-12-12", Reminder(2, day("2026-12-12"))),
        ("2026-12-15", Reminder(2, day("2026-12-12"))),
        ("2026-12-16", None),
    ],
)
def test_the_latest_reminder_is_due_until_the_due_date(today, reminder):
    assert reminder_due(DAYS, today=day(today)) == reminder


@pytest.mark.parametrize(("first", "last", "number"), [(None, 3, 2), (14, None, 1), (None, None, None)])
def test_a_reminder_without_a_number_of_days_never_comes(first, last, number):
    days = replace(DAYS, first_reminder=first, last_reminder=last)
    due = reminder_due(days, today=day("2026-12-14"))
    assert (due.number if due else None) == number


@given(st.dates(min_value=dt.date(2026, 11, 1), max_value=dt.date(2027, 1, 31)))
def test_no_reminder_asks_before_its_day_or_after_the_due_date(today):
    reminder = reminder_due(DAYS, today=today)
    assert reminder is None or reminder.day <= today <= DAYS.due


@given(st.integers(min_value=6, max_value=6000))
def test_campaigns_together_keep_to_the_pace(per_minute):
    at_once = mails_at_once(per_minute)
    assert at_once >= 1
    assert at_once * 6 <= per_minute


@given(st.lists(st.integers(min_value=0, max_value=3), max_size=90))
def test_each_mail_has_one_reader_and_nobody_gets_more_of_them_than_needed(readers):
    invitations = list(enumerate(readers))
    mails = grouped_by_mail(invitations, lambda each: each[1])
    assert sorted(each for mail in mails for each in mail) == invitations
    assert all(len({reader for _number, reader in mail}) == 1 for mail in mails)
    assert all(len(mail) <= PLACES_IN_A_MAIL for mail in mails)
    for reader in range(4):
        own = sum(mail[0][1] == reader for mail in mails)
        assert own == math.ceil(readers.count(reader) / PLACES_IN_A_MAIL)


def test_an_invitation_is_answered_when_every_meter_is():
    early, late = Known(day("2026-11-20"), "link"), Known(day("2026-11-22"), "portal")
    assert last_of([early, late]) == late
    assert last_of([late, None]) is None
    assert last_of([]) is None
