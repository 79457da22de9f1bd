"""What the pages, the mails and the services know of bank accounts and their changes."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import DateField, Q, QuerySet, Value

from kundenportal.banking.models import BankAccount, BankDetailsChange, WantedAccount
from kundenportal.customers.models import Customer, Premise
from kundenportal.submissions.models import Submission

MOST_OFFERED = 25
"""How many premises are offered an account of their own on one page."""


@dataclass(frozen=True)
class AccountState:
    """The account of a customer or of one premise, and whether it can be changed now.

    Attributes:
        premise: the premise, None for the customer's account.
        account: what the master data have; None when there is none.
        waiting: the change that is not settled yet, if there is one.

    """

    premise: Premise | None
    account: BankAccount | None
    waiting: Submission | None

    @property
    def is_debited(self) -> bool:
        """Whether the utility collects from it; without a mandate the customer transfers himself."""
        return self.account is not None and bool(self.account.mandate_reference)


@dataclass(frozen=True)
class AccountStates:
    """All accounts of a customer: the common one, and those of his premises that are supplied."""

    common: AccountState
    of_premises: tuple[AccountState, ...]

    @property
    def all(self) -> tuple[AccountState, ...]:
        """The common one first."""
        return (self.common, *self.of_premises)

    @property
    def debited(self) -> tuple[AccountState, ...]:
        """Those the utility collects from."""
        return tuple(each for each in self.all if each.is_debited)

    def offered(self, premise: Premise) -> tuple[AccountState, ...]:
        """Return the premises that may get an account of their own; none when there is but one without.

        A page holds only so many: of more, the one in view, and those with an account of their own.
        """
        found = self.of_premises
        if len(found) == 1 and found[0].account is None:
            return ()
        if len(found) <= MOST_OFFERED:
            return found
        return tuple(each for each in found if each.account or each.premise == premise)[:MOST_OFFERED]

    @cached_property
    def by_place(self) -> Mapping[int | None, AccountState]:
        """The accounts by the ids of their premises; the common one by None."""
        return {each.premise.pk if each.premise else None: each for each in self.all}

    def used_at(self, premise_id: int | None) -> AccountState:
        """Return the account that a premise uses, its own or else the common one; that one for None."""
        own = self.by_place.get(premise_id)
        return own if own and own.account else self.common


@dataclass(frozen=True)
class Debit:
    """From which account the next payment is collected.

    Attributes:
        country: the first letters of the IBAN.
        iban_end: its last four characters.

    """

    country: str
    iban_end: str


def supplied_premises(customer: Customer, *, today: dt.date) -> list[Premise]:
    """Return the premises of a customer whose supply has not ended, by address; one query.

    Args:
        customer: whose they are.
        today: the utility's local date.

    """
    has_not_ended = Q(ended_at=None) & (Q(end_date=None) | Q(end_date__gte=today))
    premises = Premise.objects.filter(has_not_ended, customer=customer)
    return list(premises.order_by("street", "house_number", "erp_id"))


def account_states(customer: Customer, supplied: Iterable[Premise]) -> AccountStates:
    """Return the accounts of a customer as they stand; two queries.

    Args:
        customer: whose they are.
        supplied: his premises whose supply has not ended, in the order of pages.

    """
    accounts = {each.premise_id: each for each in BankAccount.objects.filter(customer=customer)}
    lines = WantedAccount.objects.filter(customer=customer, is_open=True)
    waiting = {
        each.premise_id: each.change.submission
        for each in lines.select_related("change__submission__premise")
    }
    return AccountStates(
        AccountState(None, accounts.get(None), waiting.get(None)),
        tuple(AccountState(each, accounts.get(each.pk), waiting.get(each.pk)) for each in supplied),
    )


class _Source(NamedTuple):
    """An account a payment may be collected from: one in force, or one that is in force until a day.

    ``basis`` is empty when nothing is collected from it.
    """

    premise_id: int | None
    until: dt.date | None
    country: str
    iban_end: str
    basis: str


def next_debit(premise: Premise, *, day: dt.date) -> Debit | None:
    """Return the account that a payment for a premise is collected from on a day; None when there is none.

    Its own, else the customer's. A change that is accepted counts from its first day on; the account before
    it is the one it replaced. One query.

    Args:
        premise: the place of consumption.
        day: when the payment is due.

    """
    of_premise = Q(premise=premise) | Q(premise=None)
    in_force = BankAccount.objects.filter(of_premise, customer=premise.customer_id).values_list(
        "premise_id",
        Value(None, output_field=DateField()),
        "country",
        "iban_end",
        "mandate_reference",
    )
    replaced = WantedAccount.objects.filter(
        of_premise,
        customer=premise.customer_id,
        change__submission__status=Submission.Status.COMPLETED,
        change__valid_from__gt=day,
    ).values_list("premise_id", "change__valid_from", "previous_country", "previous_end", "previous_end")
    sources = [_Source(*row) for row in in_force.union(replaced, all=True)]
    source = min(sources, key=_precedence, default=None)
    return Debit(source.country, source.iban_end) if source and source.basis else None


def _precedence(source: _Source) -> tuple[bool, dt.date]:
    """Sort the premise's own accounts first, and what is replaced before what takes its place."""
    return source.premise_id is None, source.until or dt.date.max


def sent_change(submission: Submission) -> tuple[BankDetailsChange, Sequence[WantedAccount]]:
    """Return what a submission changes, the customer's account first; two queries."""
    change = BankDetailsChange.objects.get(pk=submission.pk)
    lines = change.accounts.select_related("premise", "document").order_by("pk")
    return change, list(lines)


def known_references(customer: Customer) -> set[str]:
    """Return the mandate references a customer has had, as far as the portal knows; one query."""
    sent = WantedAccount.objects.filter(customer=customer).values_list("mandate_reference", flat=True)
    delivered = BankAccount.objects.filter(customer=customer).values_list("mandate_reference", flat=True)
    return set(sent.union(delivered)) - {""}


def stops(customer: Customer) -> QuerySet[Any, dt.datetime | None]:
    """Return when changes of a customer's accounts were stopped by somebody who was told of them."""
    stopped = BankDetailsChange.objects.filter(submission__customer=customer).exclude(stopped_at=None)
    return stopped.values_list("stopped_at", flat=True)
