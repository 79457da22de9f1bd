"""What a submission of meter readings stores, and what it refuses."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Premise
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading, ReadingSubmission, SubmittedReading
from kundenportal.metering.rules import Claim, Doubt, Impossible, NewReading, Refusal, Unusual
from kundenportal.metering.services import ReadingRejected, ReadingToSubmit, submit_meter_readings
from kundenportal.submissions.models import Submission
from tests.all_or_nothing import assert_all_or_nothing
from tests.at_once import at_once
from tests.make import NOW, TODAY, Household, make_household, make_premise, make_register

pytestmark = pytest.mark.django_db


@pytest.fixture
def household() -> Household:
    return make_household()


def to_submit(register: Any, value: Any, *, date: dt.date = TODAY, **values: Any) -> ReadingToSubmit:
    claim = values.pop("claim", None)
    return ReadingToSubmit(register.pk, NewReading(date, Decimal(str(value)), claim=claim), **values)


def submit(household: Household, *readings: ReadingToSubmit, **values: Any) -> Submission:
    defaults = {"confirmed": (), "key": "key-1", "now": NOW}
    return submit_meter_readings(
        actor=household.user, premise=household.premise, readings=readings, **defaults | values
    )


def everything_stored() -> dict[str, int]:
    models = (Submission, ReadingSubmission, SubmittedReading, MeterReading, AuditEntry, OutgoingMail)
    return {model.__name__: model.objects.count() for model in models}


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = everything_stored(), list(Submission.objects.values()), list(SubmittedReading.objects.values())
    yield
    after = everything_stored(), list(Submission.objects.values()), list(SubmittedReading.objects.values())
    assert after == before


def test_plausible_readings_make_one_submission(household: Household) -> None:
    submission = submit(
        household, to_submit(household.strom, 24318), to_submit(household.gas, 9305, remark="Keller")
    )

    assert submission.status == Submission.Status.RECEIVED
    assert submission.kind == Submission.Kind.METER_READING
    assert submission.customer == household.customer
    assert submission.submitted_by == household.user
    assert submission.reference == f"V-2026-{submission.pk:06d}"
    rows = SubmittedReading.objects.filter(reading_submission_id=submission.pk).order_by("pk")
    assert [(row.register, row.value, row.reading_date, row.check_result, row.remark) for row in rows] == [
        (household.strom, 24318, TODAY, "plausibel", ""),
        (household.gas, 9305, TODAY, "plausibel", "Keller"),
    ]


def test_a_submission_has_its_audit_entry_and_its_mail(household: Household) -> None:
    submission = submit(household, to_submit(household.strom, 24318))

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject, entry.customer_id) == (
        "reading.submitted",
        f"user:{household.user.pk}",
        submission.reference,
        household.customer.pk,
    )
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.context) == (
        "reading_received",
        household.user.email,
        {"submission": submission.pk},
    )


def test_the_reference_carries_the_utilitys_year(household: Household) -> None:
    new_year = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    submission = submit(household, to_submit(household.strom, 24318, date=dt.date(2027, 1, 1)), now=new_year)
    assert submission.reference.startswith("V-2027-")


def test_an_unusual_reading_needs_its_confirmation(household: Household) -> None:
    with nothing_changes(), pytest.raises(ReadingRejected) as rejected:
        submit(household, to_submit(household.strom, 24318), to_submit(household.wasser, 641))
    (verdict,) = rejected.value.verdicts.values()
    assert isinstance(verdict, Unusual)
    assert verdict.doubts == (Doubt.HIGHER_THAN_USUAL,)

    submit(
        household,
        to_submit(household.strom, 24318),
        to_submit(household.wasser, 641, reason="leak"),
        confirmed={household.wasser.pk},
    )
    row = SubmittedReading.objects.get(register=household.wasser)
    assert (row.check_result, row.reason) == ("bestaetigt", "leak")


def test_confirming_a_plausible_reading_leaves_it_plausible(household: Household) -> None:
    submit(household, to_submit(household.strom, 24318), confirmed={household.strom.pk})
    assert SubmittedReading.objects.get().check_result == "plausibel"


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (Claim.METER_EXCHANGED, "meter_exchanged"),
        (Claim.LAST_ESTIMATED, "last_estimated"),
        (Claim.ROLLED_OVER, "rolled_over"),
        (Claim.NONE_OF_THESE, ""),
    ],
)
def test_what_the_customer_claims_of_a_lower_value_is_its_reason(
    household: Household, claim: Claim, reason: str
) -> None:
    submit(household, to_submit(household.wasser, 461, claim=claim), confirmed={household.wasser.pk})
    assert SubmittedReading.objects.get().reason == reason


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"value": 461}, Refusal.LOWER_THAN_LAST),
        ({"value": 100_000}, Refusal.TOO_MANY_DIGITS),
        ({"date": TODAY + dt.timedelta(days=1)}, Refusal.DATE_IN_FUTURE),
        ({"date": dt.date(1900, 1, 1)}, Refusal.DATE_TOO_OLD),
        ({"replaces": 4711}, Refusal.NO_LONGER_REPLACEABLE),
    ],
)
def test_an_impossible_reading_is_refused_even_when_confirmed(
    household: Household, change: dict[str, Any], refusal: Refusal
) -> None:
    values = {"value": 590} | change
    with nothing_changes(), pytest.raises(ReadingRejected) as rejected:
        submit(household, to_submit(household.wasser, **values), confirmed={household.wasser.pk})
    (verdict,) = rejected.value.verdicts.values()
    assert isinstance(verdict, Impossible)
    assert verdict.refusal is refusal


@pytest.mark.parametrize(
    ("day", "refusal"),
    [(dt.date(2026, 11, 1), Refusal.BEFORE_CONTRACT), (dt.date(2026, 11, 21), Refusal.AFTER_CONTRACT)],
)
def test_a_day_outside_of_the_contract_is_refused_even_when_confirmed(
    household: Household, day: dt.date, refusal: Refusal
) -> None:
    Premise.objects.update(begin_date=dt.date(2026, 11, 2), end_date=dt.date(2026, 11, 20))
    household.premise.refresh_from_db()
    with nothing_changes(), pytest.raises(ReadingRejected) as rejected:
        submit(household, to_submit(household.strom, 24318, date=day), confirmed={household.strom.pk})
    assert rejected.value.verdicts == {household.strom.pk: Impossible(refusal)}


def test_registers_that_take_no_reading_are_refused(household: Household) -> None:
    others = make_register(make_premise())
    remote = make_register(household.premise, is_remote=True)
    removed = make_register(household.premise, removed_date=TODAY - dt.timedelta(days=1))
    for register in (others, remote, removed):
        with nothing_changes(), pytest.raises(ReadingRejected) as rejected:
            submit(household, to_submit(register, 10))
        assert rejected.value.verdicts == {register.pk: Impossible(Refusal.NOT_READABLE)}


def test_a_submission_needs_a_reading(household: Household) -> None:
    with nothing_changes(), pytest.raises(ValueError, match="at least one"):
        submit(household)


def test_the_same_key_gives_the_same_submission(household: Household) -> None:
    first = submit(household, to_submit(household.strom, 24318))
    with nothing_changes():
        assert submit(household, to_submit(household.strom, 24318)) == first


def test_a_second_value_of_the_day_is_refused_unless_it_replaces_the_first(household: Household) -> None:
    first = submit(household, to_submit(household.strom, 24318), to_submit(household.gas, 9305))
    row = SubmittedReading.objects.get(register=household.strom)

    with nothing_changes(), pytest.raises(ReadingRejected) as rejected:
        submit(household, to_submit(household.strom, 24319), key="key-2")
    assert rejected.value.verdicts == {household.strom.pk: Impossible(Refusal.ALREADY_SENT)}

    second = submit(household, to_submit(household.strom, 24319, replaces=row.pk), key="key-2")
    row.refresh_from_db()
    first.refresh_from_db()
    assert row.replaced_by is not None
    assert row.replaced_by.reading_submission_id == second.pk
    assert first.status == Submission.Status.RECEIVED


def test_a_submission_with_nothing_left_is_withdrawn(household: Household) -> None:
    first = submit(household, to_submit(household.strom, 24318), to_submit(household.gas, 9305))
    others = submit(household, to_submit(household.wasser, 590), key="key-2")
    rows = {row.register_id: row.pk for row in SubmittedReading.objects.all()}

    submit(
        household,
        to_submit(household.strom, 24319, replaces=rows[household.strom.pk]),
        to_submit(household.gas, 9306, replaces=rows[household.gas.pk]),
        key="key-3",
    )
    first.refresh_from_db()
    others.refresh_from_db()
    assert (first.status, first.settled_at) == (Submission.Status.WITHDRAWN, NOW)
    assert others.status == Submission.Status.RECEIVED


def test_a_correction_may_move_the_date_back(household: Household) -> None:
    submit(household, to_submit(household.strom, 24318))
    row = SubmittedReading.objects.get()
    yesterday = TODAY - dt.timedelta(days=1)
    submit(household, to_submit(household.strom, 24310, date=yesterday, replaces=row.pk), key="key-2")
    assert SubmittedReading.objects.get(replaced_by=None).reading_date == yesterday


def test_an_exported_value_is_not_replaced(household: Household) -> None:
    first = submit(household, to_submit(household.strom, 24318))
    row = SubmittedReading.objects.get()
    Submission.objects.filter(pk=first.pk).update(status=Submission.Status.EXPORTED)

    with nothing_changes(), pytest.raises(ReadingRejected) as rejected:
        submit(household, to_submit(household.strom, 24319, replaces=row.pk), key="key-2")
    assert rejected.value.verdicts == {household.strom.pk: Impossible(Refusal.NO_LONGER_REPLACEABLE)}
    with nothing_changes(), pytest.raises(ReadingRejected) as rejected:
        submit(household, to_submit(household.strom, 24319), key="key-2")
    assert rejected.value.verdicts == {household.strom.pk: Impossible(Refusal.DATE_NOT_AFTER_LAST)}


def test_a_value_sent_for_another_register_cannot_be_replaced(household: Household) -> None:
    submit(household, to_submit(household.gas, 9305))
    row = SubmittedReading.objects.get()
    with nothing_changes(), pytest.raises(ReadingRejected):
        submit(household, to_submit(household.strom, 24318, replaces=row.pk), key="key-2")


def test_the_number_of_statements_does_not_grow_with_the_readings(household: Household) -> None:
    more = [make_register(household.premise) for _ in range(5)]
    with CaptureQueriesContext(
        connection,
    ) as one:
        submit(household, to_submit(household.strom, 24318))
    with CaptureQueriesContext(connection) as many:
        submit(household, *(to_submit(register, 100) for register in more), key="key-2")
    assert len(one) == len(many)


def test_a_fault_in_any_statement_leaves_nothing_half_done(household: Household) -> None:
    submit(household, to_submit(household.strom, 24318))
    row = SubmittedReading.objects.get()

    def replace_it() -> None:
        readings = (to_submit(household.strom, 24319, replaces=row.pk), to_submit(household.gas, 9305))
        submit(household, *readings, key="key-2")

    assert_all_or_nothing(replace_it)
    assert SubmittedReading.objects.filter(replaced_by=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_threads_with_one_key_make_one_submission(household: Household) -> None:
    results = at_once(*[lambda: submit(household, to_submit(household.strom, 24318)).pk] * 8)
    assert len(set(results)) == 1
    assert everything_stored() | {"MeterReading": 0} == {
        "Submission": 1,
        "ReadingSubmission": 1,
        "SubmittedReading": 1,
        "MeterReading": 0,
        "AuditEntry": 1,
        "OutgoingMail": 1,
    }


@pytest.mark.django_db(transaction=True)
def test_many_threads_with_keys_of_their_own_make_one_submission_for_a_day(household: Household) -> None:
    def send(number: int) -> str:
        try:
            return submit(
                household, to_submit(household.strom, 24318 + number), key=f"key-{number}"
            ).reference
        except ReadingRejected as rejected:
            (verdict,) = rejected.verdicts.values()
            assert verdict == Impossible(Refusal.ALREADY_SENT)
            return "rejected"

    results = at_once(*[partial(send, number) for number in range(6)])
    assert results.count("rejected") == 5
    assert SubmittedReading.objects.count() == Submission.objects.count() == OutgoingMail.objects.count() == 1
