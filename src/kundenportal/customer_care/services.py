"""What staff do on a customer's page."""

import datetime as dt

from kundenportal.audit.services import record_visit
from kundenportal.customers.models import Customer
from kundenportal.identity.models import StaffMember

VIEWED = "customer.viewed"
"""What the audit trail calls that somebody opened a customer."""

_ONE_VISIT = dt.timedelta(minutes=15)
"""How long going from tab to tab counts as one opening."""


def look_at_customer(customer: Customer, *, member: StaffMember, now: dt.datetime) -> None:
    """Note that a member opened a customer; one entry of the audit trail, however many tabs he looks at.

    Args:
        customer: the customer.
        member: who looks.
        now: when, aware.

    """
    # One row is whole by itself: no transaction, which on SQLite would wait for whoever writes at every tab.
    record_visit(
        VIEWED,
        actor=member.user.actor,
        now=now,
        customer_id=customer.pk,
        subject=f"customer:{customer.customer_number}",
        within=_ONE_VISIT,
    )
