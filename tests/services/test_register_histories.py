"""What the portal knows of the values of a premise's registers."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kundenportal.customers.models import Premise
from kundenportal.metering.gas_energy import GasQuality
from kundenportal.metering.use_history import register_histories
from kundenportal.metering.use_periods import CounterValue, one_a_day
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


def values_of(premise: Premise) -> list[CounterValue]:
    """Return the values of the only register, of one day the one that counts."""
    (history,) = register_histories(premise)
    return one_a_day(history.values)


def test_a_register_comes_with_what_is_known_of_it(premise: Premise) -> None:
    make_register(
        premise,
        division="gas",
        meter_number="7ELS001",
        code="HT",
        label="Tag",
        unit="m3",
        integer_digits=5,
        factor=Decimal(2),
        annual_use=Decimal(900),
        calorific_value=Decimal("11.284"),
        state_number=Decimal("0.9614"),
        removed_date=dt.date(2026, 1, 31),
    )

    (history,) = register_histories(premise)

    assert (history.division, history.meter_number, history.code, history.label) == (
        "gas",
        "7ELS001",
        "HT",
        "Tag",
    )
    assert (history.unit, history.factor, history.annual_use, history.feeds_in) == ("m3", 2, 900, False)
    assert (history.installed_date, history.removed_date) == (dt.date(2020, 1, 1), dt.date(2026, 1, 31))
    assert history.gas == GasQuality(Decimal("11.284"), Decimal("0.9614"))
    assert history.capacity == 100_000
    assert history.values == ()


def test_values_come_with_their_origin(premise: Premise) -> None:
    register = make_register(premise)
    make_reading(register, dt.date(2026, 6, 30), Decimal("200.5"), origin="geschaetzt")
    make_reading(register, dt.date(2025, 12, 31), 100, origin="fernauslesung")
    make_reading_submission(register, value=300, status="exported")

    assert values_of(premise) == [
        CounterValue(dt.date(2025, 12, 31), Decimal(100), "fernauslesung"),
        CounterValue(dt.date(2026, 6, 30), Decimal("200.5"), "geschaetzt", is_estimated=True),
        CounterValue(TODAY, Decimal(300), "gemeldet", status="exported"),
    ]


@pytest.mark.parametrize(
    ("status", "counts"),
    [("received", 1), ("on_hold", 1), ("exported", 1), ("completed", 0), ("rejected", 0), ("withdrawn", 0)],
)
def test_a_value_sent_counts_until_it_is_answered(premise: Premise, status: str, counts: int) -> None:
    make_reading_submission(make_register(premise), status=status)
    assert [each.status for each in values_of(premise)] == [status] * counts


@pytest.mark.parametrize(
    ("status", "is_known"),
    [
        ("received", True),
        ("on_hold", True),
        ("exported", True),
        ("completed", True),
        ("rejected", False),
        ("withdrawn", False),
    ],
)
def test_the_day_of_a_value_sent_stays_known_when_it_is_accepted(
    premise: Premise, status: str, *, is_known: bool
) -> None:
    register = make_register(premise)
    make_reading(register, dt.date(2026, 6, 30), 100)
    make_reading_submission(register, status=status)
    (history,) = register_histories(premise)
    assert history.last_sent == (TODAY if is_known else None)


def test_a_value_that_was_replaced_counts_no_more(premise: Premise) -> None:
    register = make_register(premise)
    first, second = (make_reading_submission(register, value=value) for value in (500, 510))
    first.reading_submission.readings.update(replaced_by=second.reading_submission.readings.get())

    (history,) = register_histories(premise)

    assert [each.value for each in history.values] == [510]


def test_a_value_of_the_next_meter_is_marked(premise: Premise) -> None:
    make_reading_submission(make_register(premise), reason="meter_exchanged")
    assert [each.is_of_other_meter for each in values_of(premise)] == [True]


def test_of_one_day_the_accepted_value_counts(premise: Premise) -> None:
    register = make_register(premise)
    make_reading_submission(register, value=500)
    make_reading(register, TODAY, 499)
    assert [each.value for each in values_of(premise)] == [499]


def test_a_previous_customers_values_are_none(premise: Premise) -> None:
    register = make_register(premise)
    make_reading(register, dt.date(2026, 1, 1), 100)
    make_reading_submission(register, customer=make_customer())
    assert [each.value for each in values_of(premise)] == [100]

    premise.begin_date = dt.date(2026, 3, 1)
    premise.save()
    assert values_of(premise) == []


def test_a_following_customers_values_are_none(premise: Premise) -> None:
    register = make_register(premise)
    make_reading(register, dt.date(2026, 3, 31), 100)
    make_reading(register, dt.date(2026, 4, 1), 102)
    premise.end_date = dt.date(2026, 3, 31)
    premise.save()
    assert [each.value for each in values_of(premise)] == [100]


def test_the_value_of_the_evening_before_the_contract_belongs_to_it(premise: Premise) -> None:
    register = make_register(premise)
    make_reading(register, premise.begin_date - dt.timedelta(days=2), 1)
    make_reading(register, premise.begin_date - dt.timedelta(days=1), 2)
    assert [each.value for each in values_of(premise)] == [2]


def test_removed_meters_and_feeding_in_stay_and_ended_rows_go(premise: Premise) -> None:
    make_register(premise, removed_date=dt.date(2026, 1, 31))
    make_register(premise, direction="einspeisung")
    make_register(premise, ended_at=NOW)
    make_register()

    removed, feeding_in = register_histories(premise)

    assert removed.removed_date == dt.date(2026, 1, 31)
    assert (removed.feeds_in, feeding_in.feeds_in) == (False, True)


def test_registers_of_a_meter_stand_side_by_side(premise: Premise) -> None:
    first, second = make_register(premise, code="NT"), make_register(premise)
    make_register(meter=first.meter, code="HT")

    found = [(each.meter_id, each.code) for each in register_histories(premise)]

    assert found == [(first.meter_id, "HT"), (first.meter_id, "NT"), (second.meter_id, "1")]


def test_one_query_is_enough(premise: Premise) -> None:
    for _ in range(5):
        register = make_register(premise)
        make_reading(register, dt.date(2026, 1, 1), 100)
        make_reading_submission(register)
    with CaptureQueriesContext(connection) as queries:
        assert len(register_histories(premise)) == 5
    assert len(queries) == 1
