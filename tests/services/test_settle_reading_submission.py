"""What the billing system's answer to a submission of readings changes."""

import datetime as dt
from decimal import Decimal
from typing import Literal

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading, SubmittedReading
from kundenportal.metering.rules import NewReading
from kundenportal.metering.services import (
    ReadingToSubmit,
    settle_reading_submission,
    submit_meter_readings,
)
from kundenportal.submissions.models import Submission
from kundenportal.submissions.settling import NotSettleable
from tests.make import NOW, TODAY, Household, make_household, make_reading

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.fixture
def exported(household: Household) -> Submission:
    submission = submit_meter_readings(
        actor=household.user,
        premise=household.premise,
        readings=[
            ReadingToSubmit(household.strom.pk, NewReading(TODAY, Decimal(24318))),
            ReadingToSubmit(household.gas.pk, NewReading(TODAY, Decimal(9305))),
        ],
        confirmed=(),
        key="key-1",
        now=NOW,
    )
    Submission.objects.filter(pk=submission.pk).update(status=Submission.Status.EXPORTED)
    return submission


def settle(submission: Submission, outcome: Literal["accepted", "rejected"], reason: str = "") -> None:
    settle_reading_submission(submission, outcome=outcome, reason=reason, now=LATER)


def test_accepted_values_become_readings(household: Household, exported: Submission) -> None:
    settle(exported, "accepted")
    exported.refresh_from_db()
    assert (exported.status, exported.settled_at) == (Submission.Status.COMPLETED, LATER)
    readings = MeterReading.objects.filter(reading_date=TODAY).order_by("pk")
    assert [(each.register, each.value, each.origin, each.row_hash) for each in readings] == [
        (household.strom, 24318, "gemeldet", None),
        (household.gas, 9305, "gemeldet", None),
    ]


def test_a_reading_that_stands_already_stays(household: Household, exported: Submission) -> None:
    make_reading(household.strom, TODAY, 24317, row_hash=1)
    settle(exported, "accepted")
    reading = MeterReading.objects.get(register=household.strom, reading_date=TODAY)
    assert (reading.value, reading.row_hash) == (24317, 1)
    assert MeterReading.objects.filter(register=household.gas, reading_date=TODAY).exists()


def test_a_replaced_value_becomes_no_reading(household: Household, exported: Submission) -> None:
    strom, gas = SubmittedReading.objects.order_by("pk")
    SubmittedReading.objects.filter(pk=strom.pk).update(replaced_by=gas)
    settle(exported, "accepted")
    assert not MeterReading.objects.filter(register=household.strom, reading_date=TODAY).exists()


def test_rejected_values_become_no_readings(exported: Submission) -> None:
    settle(exported, "rejected", "Bitte lesen Sie noch einmal ab.")
    exported.refresh_from_db()
    assert (exported.status, exported.reason) == (
        Submission.Status.REJECTED,
        "Bitte lesen Sie noch einmal ab.",
    )
    assert not MeterReading.objects.filter(reading_date=TODAY).exists()


@pytest.mark.parametrize(
    ("outcome", "kind"), [("accepted", "reading_accepted"), ("rejected", "reading_rejected")]
)
def test_the_customer_is_told_and_the_answer_is_recorded(
    household: Household, exported: Submission, outcome: Literal["accepted", "rejected"], kind: str
) -> None:
    settle(exported, outcome)
    mail = OutgoingMail.objects.get(kind=kind)
    assert (mail.recipient, mail.context) == (household.user.email, {"submission": exported.pk})
    entry = AuditEntry.objects.get(action=f"reading.{outcome}")
    assert (entry.actor, entry.subject, entry.at) == ("erp", exported.reference, LATER)


def test_a_login_that_is_gone_gets_no_mail(household: Household, exported: Submission) -> None:
    Submission.objects.filter(pk=exported.pk).update(submitted_by=None)
    settle(exported, "accepted")
    assert not OutgoingMail.objects.filter(kind="reading_accepted").exists()


@pytest.mark.parametrize("outcome", ["accepted", "rejected"])
def test_the_same_answer_again_changes_nothing(
    exported: Submission, outcome: Literal["accepted", "rejected"]
) -> None:
    settle(exported, outcome)
    before = OutgoingMail.objects.count(), AuditEntry.objects.count(), MeterReading.objects.count()
    settle(exported, outcome)
    assert (OutgoingMail.objects.count(), AuditEntry.objects.count(), MeterReading.objects.count()) == before


@pytest.mark.parametrize("status", ["received", "on_hold", "withdrawn", "rejected"])
def test_only_an_exported_submission_can_be_accepted(exported: Submission, status: str) -> None:
    Submission.objects.filter(pk=exported.pk).update(status=status)
    before = OutgoingMail.objects.count(), AuditEntry.objects.count(), MeterReading.objects.count()
    with pytest.raises(NotSettleable):
        settle(exported, "accepted")
    assert (OutgoingMail.objects.count(), AuditEntry.objects.count(), MeterReading.objects.count()) == before
    exported.refresh_from_db()
    assert exported.status == status
