"""Stopping changes of addresses and accounts with the access they came from (security.md A4, A8, A9)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q

from kundenportal.addresses.services import withdraw_disavowed_changes
from kundenportal.banking.services import withdraw_disavowed_bank_changes
from kundenportal.customers.models import Customer
from kundenportal.identity.models import User


def stop_all_changes(user: User, customers: Sequence[Customer], *, now: dt.datetime) -> None:
    """Stop what a login sent, and whatever waits for its customers, in the caller's transaction.

    Args:
        user: the login whose owner says that somebody else used it; locked.
        customers: the customers it holds.
        now: when, aware.

    """
    _stop(Q(submitted_by=user) | Q(customer__in=customers), now)


def stop_changes_of_others(customers: Sequence[Customer], *, owner: User | None, now: dt.datetime) -> None:
    """Stop what waits for customers whose access was taken back, in the caller's transaction.

    Args:
        customers: the customers; locked.
        owner: the login that gets them back, whose own changes stay; None when none does.
        now: when, aware.

    """
    concerned = Q(customer__in=customers)
    _stop(concerned & ~Q(submitted_by=owner) if owner else concerned, now)


def _stop(concerned: Q, now: dt.datetime) -> None:
    withdraw_disavowed_changes(concerned, now=now)
    withdraw_disavowed_bank_changes(concerned, now=now)
