"""How long a change of bank accounts waits, and from which day on it can hold."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings

from kundenportal.banking.bank_days import earliest_debit
from kundenportal.banking.rules import AccountWish, Hold, hold_for
from kundenportal.banking.selectors import stops
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Customer
from kundenportal.identity.access_changes import last_access_change
from kundenportal.identity.models import User

NEW_ACCOUNT = (AccountWish(None, iban="any"),)
"""Stands for any new account where it is not known yet."""


def hold_of(user: User, customer: Customer, wishes: Sequence[AccountWish], *, now: dt.datetime) -> Hold:
    """Return how long a change of a customer's accounts waits when a login sends it; one query.

    Args:
        user: the login.
        customer: whose accounts they are.
        wishes: what shall be; ``NEW_ACCOUNT`` where it is not known yet.
        now: when, aware.

    """
    return hold_for(
        wishes,
        hours=settings.BANK_HOLD_HOURS,
        last_access_change=last_access_change(user, customer.pk, also=stops(customer)),
        now=now,
    )


def earliest_date(hold: Hold, *, now: dt.datetime) -> dt.date:
    """Return the first day from which a change that waits so long can hold."""
    rules = settings.UTILITY.banking
    hold_ends = local_date(hold.until or now, settings.UTILITY_TIME_ZONE)
    return earliest_debit(hold_ends, lead_bank_days=rules.lead_bank_days, state=rules.state)
