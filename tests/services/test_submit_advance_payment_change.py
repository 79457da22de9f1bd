"""What a change of advance payments stores, and what it refuses."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kundenportal.advance_payments.models import AdvancePayment, AdvancePaymentChange, WantedAmount
from kundenportal.advance_payments.rules import Locked, Refusal
from kundenportal.advance_payments.services import ChangeRejected, submit_advance_payment_change
from kundenportal.audit.models import AuditEntry
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.all_or_nothing import assert_all_or_nothing
from tests.at_once import at_once
from tests.make import (
    NOW,
    Household,
    make_advance_payment,
    make_advance_payment_submission,
    make_customer,
    make_household,
    make_payment_plan,
)
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

NEXT_YEAR = dt.date(2027, 1, 1)


@pytest.fixture
def household() -> Household:
    household = make_household()
    make_payment_plan(household.premise)
    return household


def submit(household: Household, amounts: dict[str, str] | None = None, **values: Any) -> Submission:
    wanted = {"strom": "85.00", "wasser": "32.00"} if amounts is None else amounts
    defaults = {"valid_from": NEXT_YEAR, "comment": "Auszug eines Kindes", "key": "key-1", "now": NOW}
    return submit_advance_payment_change(
        actor=household.user,
        premise=household.premise,
        amounts={division: Decimal(amount) for division, amount in wanted.items()},
        **defaults | values,
    )


@contextmanager
def refused(refusals: dict[str, Refusal], locked: Locked | None = None) -> Iterator[None]:
    before = snapshot()
    with pytest.raises(ChangeRejected) as rejected:
        yield
    assert (rejected.value.refusals, rejected.value.locked) == (refusals, locked)
    assert snapshot() == before


def test_a_change_makes_one_submission_with_all_divisions(household: Household) -> None:
    submission = submit(household)

    assert (submission.kind, submission.status) == ("advance_payment", "received")
    assert (submission.customer, submission.submitted_by) == (household.customer, household.user)
    change = AdvancePaymentChange.objects.get(pk=submission.pk)
    assert (change.valid_from, change.comment) == (NEXT_YEAR, "Auszug eines Kindes")
    lines = change.amounts.order_by("pk").values_list("division", "previous_amount", "amount")
    assert list(lines) == [("strom", 92, 85), ("gas", 108, 108), ("wasser", 24, 32)]


def test_nothing_is_paid_differently_before_the_answer(household: Household) -> None:
    before = list(AdvancePayment.objects.values())
    submit(household)
    assert list(AdvancePayment.objects.values()) == before


def test_a_change_has_its_audit_entry_and_its_mail(household: Household) -> None:
    submission = submit(household)

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject, entry.customer_id, entry.details) == (
        "advance_payment.submitted",
        f"user:{household.user.pk}",
        submission.reference,
        household.customer.pk,
        {"valid_from": "2027-01-01", "divisions": "strom, wasser"},
    )
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.context) == (
        "advance_payment_received",
        household.user.email,
        {"submission": submission.pk},
    )


@pytest.mark.parametrize(
    ("amounts", "valid_from", "refusals"),
    [
        ({"strom": "70.00"}, NEXT_YEAR, {"strom": Refusal.TOO_LOW}),
        ({"strom": "250.00"}, NEXT_YEAR, {"strom": Refusal.TOO_HIGH}),
        ({"strom": "92.00"}, NEXT_YEAR, {"": Refusal.NOTHING_CHANGED}),
        ({}, NEXT_YEAR, {"": Refusal.NOTHING_CHANGED}),
        ({"waerme": "50.00"}, NEXT_YEAR, {"waerme": Refusal.NOT_CHANGEABLE}),
        ({"strom": "85.00"}, dt.date(2026, 12, 1), {"": Refusal.DATE_NOT_OFFERED}),
    ],
)
def test_an_impossible_change_is_refused(
    household: Household, amounts: dict[str, str], valid_from: dt.date, refusals: dict[str, Refusal]
) -> None:
    with refused(refusals):
        submit(household, amounts, valid_from=valid_from)


def test_the_billing_systems_limits_count(household: Household) -> None:
    AdvancePayment.objects.filter(division="strom").update(minimum=90, maximum=100)
    with refused({"strom": Refusal.TOO_LOW}):
        submit(household, {"strom": "85.00"})
    assert submit(household, {"strom": "90.00"})


@pytest.mark.parametrize("status", ["received", "on_hold", "exported"])
def test_a_change_that_is_not_answered_locks(household: Household, status: str) -> None:
    make_advance_payment_submission(household.premise, status=status, received_year=2025)
    with refused({}, Locked.CHANGE_PENDING):
        submit(household)


@pytest.mark.parametrize("status", ["rejected", "withdrawn"])
def test_a_change_that_came_to_nothing_locks_nothing(household: Household, status: str) -> None:
    make_advance_payment_submission(household.premise, status=status)
    assert submit(household)


def test_a_change_of_this_year_locks_until_the_next(household: Household) -> None:
    make_advance_payment_submission(household.premise, status="completed")
    with refused({}, Locked.CHANGED_THIS_YEAR):
        submit(household)
    Submission.objects.update(received_year=2025)
    assert submit(household)


def test_a_previous_customers_change_locks_nothing(household: Household) -> None:
    make_advance_payment_submission(household.premise, customer=make_customer())
    assert submit(household)


def test_a_previous_customers_amount_is_none(household: Household) -> None:
    household.premise.begin_date = dt.date(2026, 3, 15)
    household.premise.save()
    with refused({"wasser": Refusal.NOT_CHANGEABLE}):
        submit(household, {"wasser": "30.00"})


@pytest.mark.parametrize("ended", [{"ended_at": NOW}, {"end_date": dt.date(2026, 11, 21)}])
def test_nothing_is_changed_after_the_contract(household: Household, ended: dict[str, Any]) -> None:
    for name, value in ended.items():
        setattr(household.premise, name, value)
    household.premise.save()
    with refused({}, Locked.PREMISE_ENDED):
        submit(household)


def test_the_amount_in_force_is_the_newest_that_has_begun(household: Household) -> None:
    make_advance_payment(household.premise, "strom", "60.00", valid_from=dt.date(2025, 3, 1))
    make_advance_payment(household.premise, "strom", "300.00", valid_from=dt.date(2026, 12, 1))
    submit(household)
    assert WantedAmount.objects.get(division="strom").previous_amount == 92


def test_the_same_key_gives_the_same_submission(household: Household) -> None:
    assert submit(household) == submit(household, {"strom": "80.00"})
    assert Submission.objects.count() == OutgoingMail.objects.count() == 1


def test_the_number_of_statements_does_not_grow_with_the_divisions(household: Household) -> None:
    with CaptureQueriesContext(connection) as one:
        submit(household, {"strom": "85.00"})
    Submission.objects.all().delete()
    with CaptureQueriesContext(connection) as three:
        submit(household, {"strom": "85.00", "gas": "100.00", "wasser": "30.00"}, key="key-2")
    assert len(one) == len(three)


def test_a_fault_in_any_statement_leaves_nothing_half_done(household: Household) -> None:
    assert_all_or_nothing(lambda: submit(household))
    assert Submission.objects.count() == OutgoingMail.objects.count() == AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_one_key", [True, False])
def test_many_threads_make_one_submission(household: Household, is_one_key: bool) -> None:
    def send(number: int) -> str:
        try:
            return submit(household, key="key" if is_one_key else f"key-{number}").reference
        except ChangeRejected as rejected:
            return str(rejected.locked)

    outcomes = at_once(*[partial(send, number) for number in range(4)])
    reference = Submission.objects.get().reference
    other = reference if is_one_key else "change_pending"
    assert sorted(outcomes) == sorted([reference, other, other, other])
    assert OutgoingMail.objects.count() == 1
