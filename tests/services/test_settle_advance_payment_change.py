"""What the billing system's answer to a change of advance payments changes."""

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

import pytest

from kundenportal.advance_payments.models import AdvancePayment
from kundenportal.advance_payments.selectors import payment_plan
from kundenportal.advance_payments.services import settle_advance_payment_change
from kundenportal.audit.models import AuditEntry
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from kundenportal.submissions.settling import NotSettleable
from tests.all_or_nothing import assert_all_or_nothing
from tests.make import (
    NOW,
    TODAY,
    Household,
    make_advance_payment,
    make_advance_payment_submission,
    make_household,
    make_payment_plan,
)
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(days=1)
NEXT_YEAR = dt.date(2027, 1, 1)


@pytest.fixture
def household() -> Household:
    household = make_household()
    make_payment_plan(household.premise)
    return household


@pytest.fixture
def exported(household: Household) -> Submission:
    return make_advance_payment_submission(household.premise, status="exported", submitted_by=household.user)


def settle(submission: Submission, outcome: Literal["accepted", "rejected"], reason: str = "") -> None:
    settle_advance_payment_change(submission, outcome=outcome, reason=reason, now=LATER)


def new_amounts() -> list[tuple[Any, ...]]:
    rows = AdvancePayment.objects.filter(valid_from=NEXT_YEAR).order_by("pk")
    return list(rows.values_list("division", "amount", "due_day", "minimum", "maximum", "row_hash"))


def test_accepted_amounts_stand_from_their_day_on(household: Household, exported: Submission) -> None:
    AdvancePayment.objects.filter(division="strom").update(minimum=80, maximum=190)
    settle(exported, "accepted")

    exported.refresh_from_db()
    assert (exported.status, exported.settled_at) == (Submission.Status.COMPLETED, LATER)
    assert new_amounts() == [("strom", 85, 1, 80, 190, None)]
    plan = payment_plan(household.premise, today=TODAY)
    assert (plan.current[0].amount, plan.upcoming[0].amount, plan.total) == (92, 85, 224)
    assert payment_plan(household.premise, today=NEXT_YEAR).total == 217


def test_an_amount_of_that_day_is_replaced(household: Household, exported: Submission) -> None:
    make_advance_payment(household.premise, "strom", "99.00", valid_from=NEXT_YEAR, row_hash=7)
    settle(exported, "accepted")
    assert [row[1] for row in new_amounts()] == [Decimal(85)]


def test_rejected_amounts_change_nothing(exported: Submission) -> None:
    settle(exported, "rejected", "Bitte rufen Sie uns an.")
    exported.refresh_from_db()
    assert (exported.status, exported.reason) == ("rejected", "Bitte rufen Sie uns an.")
    assert not new_amounts()


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [("accepted", "advance_payment_accepted"), ("rejected", "advance_payment_rejected")],
)
def test_an_answer_is_audited_and_mailed_once(
    household: Household, exported: Submission, outcome: Literal["accepted", "rejected"], kind: str
) -> None:
    settle(exported, outcome)
    settle(exported, outcome)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.context) == (
        kind,
        household.user.email,
        {"submission": exported.pk},
    )
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject) == (
        f"advance_payment.{outcome}",
        "erp",
        exported.reference,
    )


def test_a_login_that_is_gone_gets_no_mail(exported: Submission) -> None:
    Submission.objects.update(submitted_by=None)
    settle(exported, "accepted")
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("status", ["received", "withdrawn", "rejected"])
def test_only_what_was_exported_is_settled(exported: Submission, status: str) -> None:
    Submission.objects.update(status=status)
    before = snapshot()
    with pytest.raises(NotSettleable):
        settle(exported, "accepted")
    assert snapshot() == before


def test_what_the_customer_asked_for_tells_nothing_of_the_cost(
    household: Household, exported: Submission
) -> None:
    settle(exported, "accepted")
    amounts = payment_plan(household.premise, today=NEXT_YEAR).computed
    assert {key: each.amount for key, each in amounts.items()} == {"strom": 92, "gas": 108, "wasser": 24}
    assert amounts["strom"].fixed_share == Decimal("0.15")


def test_a_fault_in_any_statement_leaves_nothing_half_done(exported: Submission) -> None:
    assert_all_or_nothing(lambda: settle(exported, "accepted"))
    assert AuditEntry.objects.count() == OutgoingMail.objects.count() == 1
