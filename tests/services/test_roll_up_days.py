"""Counting days: what is counted, on which day, once, and without anybody in it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.db.models import ForeignKey

from kundenportal.audit.services import record
from kundenportal.customers.models import Customer
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading
from kundenportal.statistics import services
from kundenportal.statistics.models import DailyCount, RollUp
from kundenportal.statistics.services import roll_up_days
from kundenportal.submissions.models import Submission
from tests.at_once import at_once
from tests.make import NOW, Household, make_household, make_reading_submission
from tests.snapshot import snapshot

YESTERDAY = dt.date(2026, 11, 21)
AT = NOW - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def household(db: None) -> Household:
    return make_household()


def counted(day: dt.date = YESTERDAY, prefix: str = "") -> dict[str, int]:
    rows = DailyCount.objects.filter(day=day, name__startswith=prefix)
    return {name: value for name, value in rows.values_list("name", "value") if value}


def roll_up(now: dt.datetime = NOW) -> None:
    while roll_up_days(now):
        pass


def test_acts_are_counted_but_for_those_of_staff(household: Household) -> None:
    for actor, subject in (("user:1", ""), ("user:2", "passkey:abc"), ("staff:3", "")):
        record("sign_in.succeeded", actor=actor, subject=subject, now=AT)
    record("registration.proof_failed", actor="visitor", now=AT)
    record("language.chosen", actor="user:1", now=AT)
    roll_up()
    assert counted(prefix="act.") == {
        "act.sign_in.succeeded": 1,
        "act.sign_in.passkey": 1,
        "act.registration.proof_failed": 1,
    }


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-20T22:59:59+00:00", dt.date(2026, 11, 20)),
        ("2026-11-20T23:00:00+00:00", YESTERDAY),
        ("2026-11-21T22:59:59+00:00", YESTERDAY),
        ("2026-10-25T22:59:59+00:00", dt.date(2026, 10, 25)),
        ("2026-10-24T22:00:00+00:00", dt.date(2026, 10, 25)),
    ],
)
def test_a_day_is_one_of_the_utility_s_calendar(household: Household, at: str, day: dt.date) -> None:
    record("registration.completed", actor="visitor", now=dt.datetime.fromisoformat(at))
    roll_up()
    assert counted(day, "act.") == {"act.registration.completed": 1}


def test_today_is_not_counted_before_it_is_over(household: Household) -> None:
    record("registration.completed", actor="visitor", now=NOW)
    roll_up()
    assert not DailyCount.objects.filter(name__startswith="act.").exists()
    roll_up(NOW + dt.timedelta(days=1))
    assert counted(dt.date(2026, 11, 22), "act.") == {"act.registration.completed": 1}


def test_submissions_and_the_hours_they_took_are_counted(household: Household) -> None:
    for number, hours in enumerate((0, 1, 30, 80)):
        made = make_reading_submission(household.strom, value=20_000 + number)
        received = AT - dt.timedelta(hours=hours)
        Submission.objects.filter(pk=made.pk).update(
            received_at=received, settled_at=AT, status=Submission.Status.COMPLETED
        )
    roll_up()
    assert counted(prefix="settled.") == {"settled.0": 1, "settled.1": 1, "settled.30": 1, "settled.96": 1}
    assert counted(prefix="submission.") == {"submission.meter_reading.portal": 2}


def test_readings_are_counted_by_the_way_they_came(household: Household) -> None:
    MeterReading.objects.all().delete()
    made = make_reading_submission(household.strom)
    sent = made.reading_submission.readings.get()
    type(sent).objects.filter(pk=sent.pk).update(reading_date=YESTERDAY)
    for register, origin in (
        (household.strom, "gemeldet"),
        (household.gas, "gemeldet"),
        (household.wasser, "geschaetzt"),
    ):
        MeterReading.objects.create(
            register=register, reading_date=YESTERDAY, value=Decimal(1), origin=origin
        )
    roll_up()
    expected = {"reading.online": 1, "reading.gemeldet": 1, "reading.geschaetzt": 1}
    assert counted(prefix="reading.") == expected


def test_mails_are_counted_by_what_became_of_them(household: Household) -> None:
    for number, status in enumerate(("sent", "sent", "failed")):
        OutgoingMail.objects.create(
            kind="any",
            recipient="a@b.example",
            message_id=f"{number}",
            created_at=AT,
            next_try_at=AT,
            status=status,
        )
    roll_up()
    assert counted(prefix="mail.") == {"mail.sent": 2, "mail.failed": 1}


def test_accesses_are_counted_as_they_stand_when_the_day_ends(household: Household) -> None:
    link = household.user.account_links.get()
    type(link).objects.update(created_at=NOW - dt.timedelta(days=3), ended_at=NOW - dt.timedelta(days=1))
    Customer.objects.create(
        customer_number="0099999/1", last_name="Weber", ended_at=NOW - dt.timedelta(days=1)
    )
    roll_up()
    stands = [counted(YESTERDAY - dt.timedelta(days=number), "customers.") for number in range(3, -1, -1)]
    assert [each.get("customers.with_access", 0) for each in stands] == [0, 1, 1, 0]
    assert [each["customers.all"] for each in stands] == [2, 2, 2, 1]


def test_a_day_that_changes_late_is_counted_anew(household: Household) -> None:
    roll_up()
    before = counted(prefix="reading.")
    MeterReading.objects.create(
        register=household.strom, reading_date=YESTERDAY, value=Decimal(1), origin="abgelesen"
    )
    roll_up()
    assert counted(prefix="reading.") == before
    roll_up(NOW + dt.timedelta(days=1))
    assert counted(prefix="reading.") == before | {"reading.abgelesen": 1}


def test_counting_twice_changes_nothing(household: Household) -> None:
    record("registration.completed", actor="visitor", now=AT)
    roll_up()
    before = snapshot()
    assert roll_up_days(NOW) == 0
    assert snapshot() == before


def test_figures_outlive_what_they_were_counted_from(household: Household) -> None:
    OutgoingMail.objects.create(
        kind="any", recipient="a@b.example", message_id="1", created_at=AT, next_try_at=AT, status="sent"
    )
    roll_up(NOW + services.COUNTED_AGAIN + dt.timedelta(days=2))
    OutgoingMail.objects.all().delete()
    roll_up(NOW + 2 * services.COUNTED_AGAIN)
    assert counted(prefix="mail.") == {"mail.sent": 1}


@pytest.mark.django_db(transaction=True)
def test_several_job_runners_count_each_day_once() -> None:
    record("registration.completed", actor="visitor", now=AT)
    RollUp.objects.create(pk=1, done_until=YESTERDAY - dt.timedelta(days=3))
    assert 3 in at_once(*[lambda: roll_up_days(NOW)] * 3)
    assert counted(prefix="act.") == {"act.registration.completed": 1}
    assert RollUp.objects.get().done_until == YESTERDAY


def test_nobody_can_be_in_a_figure(household: Household) -> None:
    make_reading_submission(household.strom)
    record("registration.completed", actor="visitor", customer_id=household.customer.pk, now=AT)
    roll_up()
    for model in (DailyCount, RollUp):
        fields = model._meta.get_fields()
        assert not [each for each in fields if isinstance(each, ForeignKey) or each.is_relation]
    names = set(DailyCount.objects.values_list("name", flat=True))
    words = {part for name in names for part in name.split(".")}
    known = {"act", "submission", "settled", "reading", "mail", "customers", "all", "with_access", "online"}
    known |= {"registration", "completed", "requested", "portal", "meter_reading", "sign_in", "succeeded"}
    known |= set(MeterReading.Origin.values) | set(OutgoingMail.Status.values)
    assert {word for word in words if not word.isdigit()} <= known
