"""What the pages, the mails and the service know of advance payments."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from kundenportal.advance_payments.forecast import ComputedAmount
from kundenportal.advance_payments.models import AdvancePayment, AdvancePaymentChange, WantedAmount
from kundenportal.advance_payments.rules import (
    CurrentAmount,
    Locked,
    PastChange,
    next_due_date,
    why_locked,
)
from kundenportal.customers.divisions import divisions_in
from kundenportal.customers.models import Division, Premise
from kundenportal.submissions.models import OPEN, Submission


@dataclass(frozen=True)
class NextPayment:
    """What is due next."""

    date: dt.date
    amount: Decimal


@dataclass(frozen=True)
class Totals:
    """What is paid in a month for all divisions, before a change and after it."""

    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Payments:
    """The advance payments of a premise, by division in the order of ``Division``.

    Attributes:
        current: the amounts in force; of a division whose first amount is still to come, that one.
        upcoming: amounts that take their place later, the nearest first.

    """

    current: tuple[CurrentAmount, ...]
    upcoming: tuple[CurrentAmount, ...]

    @property
    def total(self) -> Decimal:
        """What is paid in a month, all divisions together."""
        return sum((each.amount for each in self.current), Decimal(0))

    def next_payment(self, today: dt.date) -> NextPayment | None:
        """Return what is due next, or None when the billing system does not tell a day."""
        due = [(next_due_date(each.due_day, today), each) for each in self.current if each.due_day]
        if not due:
            return None
        day = min(date for date, _ in due)
        amounts = [self._amount_on(day, each) for date, each in due if date == day]
        return NextPayment(day, sum(amounts, Decimal(0)))

    def _amount_on(self, day: dt.date, current: CurrentAmount) -> Decimal:
        later = [
            each.amount
            for each in self.upcoming
            if each.division == current.division and each.valid_from <= day
        ]
        return later[-1] if later else current.amount


@dataclass(frozen=True)
class PaymentPlan(Payments):
    """The advance payments of a premise, and whether they can be changed.

    Attributes:
        locked: why they cannot be changed now, None when they can.
        last_change: the change that locks them, if one does.
        computed: by division the newest amount in force that the utility computed itself. One that the
            customer asked for tells nothing of what a year costs; it is passed over.

    """

    locked: Locked | None
    last_change: AdvancePaymentChange | None
    computed: Mapping[str, ComputedAmount]


def payments_of(premise: Premise, *, today: dt.date) -> Payments:
    """Return the advance payments of a premise; one query.

    Args:
        premise: the place of consumption.
        today: the utility's local date.

    """
    return _in_time(_payments(premise), today)


def payment_plan(premise: Premise, *, today: dt.date) -> PaymentPlan:
    """Return the advance payments of a premise and whether they can be changed; two queries.

    Args:
        premise: the place of consumption.
        today: the utility's local date.

    """
    amounts, wanted = list(_payments(premise)), list(_wanted(premise))
    changes = _changes(wanted, premise, today)
    locked = why_locked(
        is_ended=premise.ended_at is not None or (premise.end_date is not None and premise.end_date < today),
        changes=[
            PastChange(each.submission.received_year, is_pending=each.submission.status in OPEN)
            for each in changes
        ],
        today=today,
        policy=settings.UTILITY.advance_payments,
    )
    payments = _in_time(amounts, today)
    return PaymentPlan(
        current=payments.current,
        upcoming=payments.upcoming,
        locked=locked,
        last_change=_blocking(changes, locked),
        computed=_computed(amounts, wanted, today),
    )


def wanted_amounts(submission: Submission) -> list[WantedAmount]:
    """Return the lines of a change in the order of ``Division``, with the change; one query."""
    lines = WantedAmount.objects.filter(change_id=submission.pk).select_related("change")
    return sorted(lines, key=lambda each: Division.values.index(each.division))


def totals_of(amounts: Sequence[WantedAmount]) -> Totals:
    """Return the totals of a change's lines."""
    return Totals(
        before=sum((each.previous_amount for each in amounts), Decimal(0)),
        after=sum((each.amount for each in amounts), Decimal(0)),
    )


def divisions_changed(submission: OuterRef) -> Subquery:
    """Return an expression: the divisions whose amount a query's row changes, for ``split_divisions``."""
    changed = WantedAmount.objects.filter(~Q(amount=F("previous_amount")), change=submission)
    return divisions_in(changed, by="change", division="division")


def _payments(premise: Premise) -> QuerySet[AdvancePayment]:
    """Return the amounts of this contract, oldest first; older ones may be a previous customer's."""
    begin = premise.begin_date.replace(day=1)
    return AdvancePayment.objects.filter(premise=premise, valid_from__gte=begin).order_by("valid_from")


def _wanted(premise: Premise) -> QuerySet[WantedAmount]:
    """Return the lines of the changes that are pending or done, with these, the newest change first."""
    return (
        WantedAmount.objects.filter(
            change__submission__premise=premise,
            change__submission__status__in=(*OPEN, Submission.Status.COMPLETED),
        )
        .select_related("change__submission")
        .order_by("-change")
    )


def _changes(wanted: Sequence[WantedAmount], premise: Premise, today: dt.date) -> list[AdvancePaymentChange]:
    """Return the present customer's changes that may lock a new one, the newest first."""
    changes = {each.change_id: each.change for each in wanted}
    return [
        each
        for each in changes.values()
        if each.submission.customer_id == premise.customer_id
        and (each.submission.status in OPEN or each.submission.received_year == today.year)
    ]


def _in_time(payments: Iterable[AdvancePayment], today: dt.date) -> Payments:
    of_division: dict[str, list[CurrentAmount]] = defaultdict(list)
    for each in payments:
        of_division[each.division].append(_amount(each))
    ordered = [of_division[each] for each in Division.values if each in of_division]
    current = tuple(_in_force(each, today) for each in ordered)
    upcoming = [each for amounts in ordered for each in amounts if each.valid_from > today]
    return Payments(
        current=current,
        upcoming=tuple(
            each for each in sorted(upcoming, key=lambda each: each.valid_from) if each not in current
        ),
    )


def _computed(
    payments: Iterable[AdvancePayment], wanted: Iterable[WantedAmount], today: dt.date
) -> dict[str, ComputedAmount]:
    asked_for = {
        (each.division, each.change.valid_from, each.amount)
        for each in wanted
        if each.change.submission.status == Submission.Status.COMPLETED
        and each.amount != each.previous_amount
    }
    base_price = settings.UTILITY.advance_payments.base_price_percent
    return {
        each.division: ComputedAmount(each.amount, each.valid_from, Decimal(base_price[each.division]) / 100)
        for each in payments
        if each.valid_from <= today and (each.division, each.valid_from, each.amount) not in asked_for
    }


def _blocking(changes: Sequence[AdvancePaymentChange], locked: Locked | None) -> AdvancePaymentChange | None:
    if locked == Locked.CHANGE_PENDING:
        return next(each for each in changes if each.submission.status in OPEN)
    return changes[0] if locked == Locked.CHANGED_THIS_YEAR else None


def _in_force(amounts: Sequence[CurrentAmount], today: dt.date) -> CurrentAmount:
    begun = [each for each in amounts if each.valid_from <= today]
    return begun[-1] if begun else amounts[0]


def _amount(payment: AdvancePayment) -> CurrentAmount:
    return CurrentAmount(
        division=payment.division,
        amount=payment.amount,
        valid_from=payment.valid_from,
        minimum=payment.minimum,
        maximum=payment.maximum,
        due_day=payment.due_day,
    )
