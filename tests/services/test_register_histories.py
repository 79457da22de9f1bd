"""What the portal knows of what a customer has drawn."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kundenportal.customers.models import Premise
from kundenportal.metering.use_history import register_histories
from tests.make import (
    NOW,
    TODAY,
    make_customer,
    make_premise,
    make_reading,
    make_reading_submission,
    make_register,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def premise() -> Premise:
    return make_premise()


def dates_of(premise: Premise) -> list[tuple[str, bool, bool]]:
    """Return the readings of the only register: its days, and whether they are estimated or pending."""
    (history,) = register_histories(premise, today=TODAY)
    return [(each.date.isoformat(), each.is_estimated, each.is_pending) for each in history.readings]


def test_a_register_comes_with_its_readings(premise: Premise) -> None:
    register = make_register(premise, division="gas", unit="m3", factor=Decimal(2), annual_use=Decimal(900))
    make_reading(register, dt.date(2026, 6, 30), 200, origin="geschaetzt")
    make_reading(register, dt.date(2025, 12, 31), 100)

    (history,) = register_histories(premise, today=TODAY)

    assert (history.division, history.unit, history.factor, history.annual_use) == ("gas", "m3", 2, 900)
    assert (history.installed_date, history.removed_date) == (dt.date(2020, 1, 1), None)
    assert dates_of(premise) == [("2025-12-31", False, False), ("2026-06-30", True, False)]


@pytest.mark.parametrize(("status", "counts"), [("received", 1), ("exported", 1), ("rejected", 0)])
def test_a_value_sent_counts_until_it_is_answered(premise: Premise, status: str, counts: int) -> None:
    make_reading_submission(make_register(premise), status=status)
    assert dates_of(premise) == [("2026-11-22", False, True)] * counts


def test_of_one_day_the_accepted_value_counts(premise: Premise) -> None:
    register = make_register(premise)
    make_reading_submission(register, value=500)
    make_reading(register, TODAY, 499)
    (history,) = register_histories(premise, today=TODAY)
    assert [each.value for each in history.readings] == [499]


def test_a_previous_customers_values_are_none(premise: Premise) -> None:
    register = make_register(premise)
    make_reading(register, dt.date(2026, 1, 1), 100)
    make_reading_submission(register, customer=make_customer())
    premise.begin_date = dt.date(2026, 3, 1)
    premise.save()
    assert dates_of(premise) == []


def test_removed_meters_stay_and_ended_rows_go(premise: Premise) -> None:
    make_register(premise, removed_date=dt.date(2026, 1, 31))
    make_register(premise, direction="einspeisung")
    make_register(premise, ended_at=NOW)
    make_register()
    (history,) = register_histories(premise, today=TODAY)
    assert history.removed_date == dt.date(2026, 1, 31)


def test_readings_of_four_years_ago_are_left_out(premise: Premise) -> None:
    make_reading(make_register(premise), dt.date(2022, 11, 22), 100)
    assert dates_of(premise) == []


def test_three_queries_are_enough(premise: Premise) -> None:
    for _ in range(5):
        make_reading(make_register(premise), dt.date(2026, 1, 1), 100)
    with CaptureQueriesContext(connection) as queries:
        assert len(register_histories(premise, today=TODAY)) == 5
    assert len(queries) == 3
