"""What the pages know of the meters of a premise."""

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from kundenportal.core.utility import ReadingPeriod, ReadingRules
from kundenportal.metering.models import SubmittedReading
from kundenportal.metering.reading_task import reading_task
from kundenportal.metering.selectors import READINGS_LOOKED_AT, meters_to_read
from kundenportal.metering.to_read import Closed, MeterToRead
from kundenportal.metering.use_history import register_histories
from kundenportal.submissions.models import Submission
from kundenportal.submissions.selectors import recent_submissions
from tests.make import (
    NOW,
    TODAY,
    make_premise,
    make_reading,
    make_reading_submission,
    make_register,
    make_user,
)

pytestmark = pytest.mark.django_db

A_YEAR_AGO = TODAY - dt.timedelta(days=365)


def only_meter(register: Any) -> MeterToRead:
    (meter,) = meters_to_read(register.meter.premise, today=TODAY)
    return meter


def test_meters_stand_by_division_with_their_registers() -> None:
    premise = make_premise()
    for division in ("waerme", "wasser", "strom", "gas"):
        make_register(premise, division=division)
    double = make_register(premise, code="NT")
    make_register(meter=double.meter, code="HT")
    meters = meters_to_read(premise, today=TODAY)
    assert [each.division for each in meters] == ["strom", "strom", "gas", "wasser", "waerme"]
    assert [each.code for each in meters[1].registers] == ["HT", "NT"]


def test_it_takes_three_queries_for_one_meter_and_for_twenty() -> None:
    premise = make_premise()
    for count in (1, 19):
        for _ in range(count):
            make_reading(make_register(premise), A_YEAR_AGO, 100)
        with CaptureQueriesContext(connection) as queries:
            meters_to_read(premise, today=TODAY)
        assert len(queries) == 3


def test_other_premises_and_ended_meters_and_registers_are_left_out() -> None:
    premise = make_premise()
    make_register(make_premise())
    make_register(premise, ended_at=NOW)
    gone = make_register(premise).meter
    gone.ended_at = NOW
    gone.save()
    assert meters_to_read(premise, today=TODAY) == []


@pytest.mark.parametrize(
    ("values", "closed"),
    [
        ({}, None),
        ({"is_remote": True}, Closed.REMOTE),
        ({"removed_date": TODAY}, None),
        ({"removed_date": TODAY - dt.timedelta(days=1)}, Closed.REMOVED),
    ],
)
def test_a_meter_says_why_it_takes_no_reading(values: dict[str, Any], closed: Closed | None) -> None:
    assert only_meter(make_register(**values)).closed == closed


@pytest.mark.parametrize(
    ("values", "closed"),
    [
        ({"end_date": TODAY - dt.timedelta(days=42)}, None),
        ({"end_date": TODAY - dt.timedelta(days=43)}, Closed.PREMISE_ENDED),
        ({"ended_at": NOW}, Closed.PREMISE_ENDED),
    ],
)
def test_after_the_contract_a_last_reading_is_taken_for_six_weeks(
    values: dict[str, Any], closed: Closed | None
) -> None:
    assert only_meter(make_register(make_premise(**values))).closed == closed


def test_the_history_is_the_last_readings_since_the_contract_began() -> None:
    premise = make_premise(begin_date=dt.date(2026, 1, 1))
    register = make_register(premise)
    make_reading(register, dt.date(2025, 12, 30), 1)
    make_reading(register, dt.date(2025, 12, 31), 2)
    for day in range(1, 16):
        make_reading(register, dt.date(2026, 2, day), 100 + day)
    (only,) = only_meter(register).registers
    assert [each.value for each in only.history()] == [
        115 - READINGS_LOOKED_AT + each for each in range(1, 13)
    ]


def test_a_contract_begins_with_the_reading_of_the_day_before() -> None:
    register = make_register(make_premise(begin_date=dt.date(2026, 1, 1)))
    make_reading(register, dt.date(2025, 12, 31), 2)
    (only,) = only_meter(register).registers
    assert only.last_value() == 2


def test_what_a_previous_customer_sent_is_not_shown_to_the_next_one() -> None:
    register = make_register()
    make_reading_submission(register)
    next_premise = make_premise(begin_date=TODAY)
    register.meter.premise = next_premise
    register.meter.save()
    (only,) = only_meter(register).registers
    assert not only.sent
    assert not only.history()


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ("received", True),
        ("on_hold", True),
        ("exported", True),
        ("completed", False),
        ("rejected", False),
        ("withdrawn", False),
    ],
)
def test_what_was_sent_counts_until_it_is_answered(status: str, counts: bool) -> None:
    register = make_register()
    make_reading_submission(register, status=status)
    (only,) = only_meter(register).registers
    assert bool(only.sent) == bool(only.history()) == counts
    if counts:
        assert only.sent[0].is_replaceable == (status == "received")


def test_a_replaced_value_counts_no_more() -> None:
    register = make_register()
    make_reading_submission(register, status="received")
    make_reading_submission(register, status="received")
    old, new = SubmittedReading.objects.order_by("pk")
    old.replaced_by = new
    old.save()
    (only,) = only_meter(register).registers
    assert [each.id for each in only.sent] == [new.pk]


@pytest.mark.parametrize(
    ("values", "default"),
    [
        ({"division": "strom", "unit": "kWh"}, 2500),
        ({"division": "waerme", "unit": "MWh"}, 10),
        ({"division": "waerme", "unit": "kWh"}, 10_000),
        ({"division": "gas", "unit": "kWh"}, 15_000),
        ({"division": "wasser", "unit": "m3"}, 90),
        ({"direction": "einspeisung"}, None),
    ],
)
def test_a_new_customer_is_compared_with_the_divisions_default(
    values: dict[str, Any], default: int | None
) -> None:
    (only,) = only_meter(make_register(**values)).registers
    assert only.facts.default_annual_use == default


def test_the_registers_of_a_meter_share_the_default() -> None:
    high = make_register(code="HT")
    make_register(meter=high.meter, code="NT")
    make_register(meter=high.meter, code="28", direction="einspeisung")
    shares = {each.code: each.facts.default_annual_use for each in only_meter(high).registers}
    assert shares == {"HT": Decimal(1250), "NT": Decimal(1250), "28": None}


@pytest.mark.parametrize(
    ("period", "last_date", "is_due"),
    [
        (None, TODAY - dt.timedelta(days=43), True),
        (None, TODAY - dt.timedelta(days=42), False),
        (ReadingPeriod((11, 15), (12, 15)), dt.date(2026, 11, 14), True),
        (ReadingPeriod((11, 15), (12, 15)), dt.date(2026, 11, 15), False),
        (ReadingPeriod((1, 1), (1, 31)), A_YEAR_AGO, False),
    ],
)
def test_a_meter_is_due_when_the_utility_waits_for_it(
    settings: Settings, period: ReadingPeriod | None, last_date: dt.date, is_due: bool
) -> None:
    settings.UTILITY = dataclasses.replace(settings.UTILITY, readings=ReadingRules(period=period))
    register = make_register()
    make_reading(register, last_date, 100)
    assert only_meter(register).is_due == is_due
    task = reading_task(register_histories(register.meter.premise), today=TODAY)
    assert task.missing == (("strom",) if is_due else ())


def test_a_meter_without_any_reading_is_due_and_a_remote_one_never() -> None:
    assert only_meter(make_register()).is_due
    assert not only_meter(make_register(is_remote=True)).is_due


def test_the_latest_submissions_of_a_premise_come_first() -> None:
    register = make_register()
    make_user(register.meter.premise.customer)
    for _ in range(6):
        make_reading_submission(register, status="received")
    make_reading_submission(make_register(), status="received")
    newest = Submission.objects.filter(premise=register.meter.premise).order_by("-pk")
    assert recent_submissions(register.meter.premise) == list(newest[:5])
    assert recent_submissions(register.meter.premise, limit=1) == list(newest[:1])
