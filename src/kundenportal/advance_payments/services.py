"""Taking in changes of advance payments, and settling them when the billing system has answered."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.db import transaction

from kundenportal.advance_payments.mails import CHANGE_ACCEPTED, CHANGE_RECEIVED, CHANGE_REJECTED
from kundenportal.advance_payments.models import AdvancePayment, AdvancePaymentChange, WantedAmount
from kundenportal.advance_payments.rules import Locked, Refusal, refuse_change
from kundenportal.advance_payments.selectors import PaymentPlan, payment_plan, wanted_amounts
from kundenportal.audit.services import record
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Premise
from kundenportal.identity.models import User
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import open_submission, tell_sender
from kundenportal.submissions.settling import Settle, settle_submission


class ChangeRejected(Exception):
    """The change is not possible; nothing was stored.

    ``refusals`` has the reasons by division, what concerns all of it under ""; ``locked`` is set when nothing
    can be changed now.
    """

    def __init__(self, refusals: Mapping[str, Refusal], locked: Locked | None = None) -> None:
        super().__init__(f"rejected: {dict(refusals)}, locked: {locked}")
        self.refusals = refusals
        self.locked = locked


@transaction.atomic(durable=True)
def submit_advance_payment_change(
    *,
    actor: User,
    premise: Premise,
    amounts: Mapping[str, Decimal],
    valid_from: dt.date,
    comment: str,
    key: str,
    now: dt.datetime,
) -> Submission:
    """Store what a customer wants to pay as one submission, with its audit entry and its mail.

    The premise is locked and the change is judged again. The same key a second time gives the submission of
    the first.

    Args:
        actor: the login that sends.
        premise: the place of consumption; the caller has checked that the login may see it.
        amounts: the monthly amount in euros by division; a division left out keeps its amount.
        valid_from: the first of the month from which the amounts shall hold.
        comment: why, in the customer's words.
        key: the idempotency key of the form.
        now: when, aware.

    Raises:
        ChangeRejected: when an amount or the date is not possible, or nothing can be changed now.

    """
    Premise.objects.select_for_update(of=("self",)).get(pk=premise.pk)
    if sent := Submission.objects.filter(idempotency_key=key, premise=premise).first():
        return sent
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    plan = payment_plan(premise, today=today)
    _refuse(plan, amounts, valid_from, today)
    submission = open_submission(
        Submission.Kind.ADVANCE_PAYMENT, premise=premise, actor=actor, key=key, now=now
    )
    changed = _store(submission, plan, amounts, valid_from, comment)
    record(
        "advance_payment.submitted",
        actor=actor.actor,
        now=now,
        customer_id=premise.customer_id,
        subject=submission.reference,
        details={"valid_from": valid_from.isoformat(), "divisions": changed},
    )
    tell_sender(CHANGE_RECEIVED, submission, now=now)
    return submission


def _refuse(plan: PaymentPlan, amounts: Mapping[str, Decimal], valid_from: dt.date, today: dt.date) -> None:
    refusals = refuse_change(
        amounts,
        currents=plan.current,
        valid_from=valid_from,
        today=today,
        policy=settings.UTILITY.advance_payments,
    )
    if refusals or plan.locked:
        raise ChangeRejected(refusals, plan.locked)


def _store(
    submission: Submission,
    plan: PaymentPlan,
    amounts: Mapping[str, Decimal],
    valid_from: dt.date,
    comment: str,
) -> str:
    """Write the detail row and its lines; return the divisions that change, as the audit log names them."""
    change = AdvancePaymentChange.objects.create(
        submission=submission, valid_from=valid_from, comment=comment
    )
    lines = WantedAmount.objects.bulk_create(
        WantedAmount(
            change=change,
            division=each.division,
            amount=amounts.get(each.division, each.amount),
            previous_amount=each.amount,
        )
        for each in plan.current
    )
    return ", ".join(each.division for each in lines if each.is_changed)


def _take_over(submission: Submission, now: dt.datetime) -> None:
    """Make the changed amounts stand, with the limits and due days of those they take the place of."""
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    known = {each.division: each for each in payment_plan(submission.place, today=today).current}
    AdvancePayment.objects.bulk_create(
        [
            AdvancePayment(
                premise=submission.place,
                division=each.division,
                amount=each.amount,
                valid_from=each.change.valid_from,
                due_day=known[each.division].due_day if each.division in known else None,
                minimum=known[each.division].minimum if each.division in known else None,
                maximum=known[each.division].maximum if each.division in known else None,
            )
            for each in wanted_amounts(submission)
            if each.is_changed
        ],
        update_conflicts=True,
        unique_fields=["premise", "division", "valid_from"],
        update_fields=["amount"],
    )


settle_advance_payment_change: Settle = partial(
    settle_submission,
    topic="advance_payment",
    take_over=_take_over,
    mails={"accepted": CHANGE_ACCEPTED, "rejected": CHANGE_REJECTED},
)
"""Settle a change of advance payments. Accepted amounts stand from their day on."""
