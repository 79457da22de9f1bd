"""What staff do on a customer's page."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.models import AuditEntry
from kundenportal.audit.services import record
from kundenportal.customers.models import Customer
from kundenportal.identity.models import StaffMember

VIEWED = "customer.viewed"
"""What the audit trail calls that somebody opened a customer."""

ONE_VISIT = dt.timedelta(minutes=15)
"""How long going from tab to tab counts as one opening."""


def look_at_customer(customer: Customer, *, member: StaffMember, now: dt.datetime) -> None:
    """Note that a member opened a customer; one entry of the audit trail, however many tabs he looks at.

    Args:
        customer: the customer.
        member: who looks.
        now: when, aware.

    """
    actor = member.user.actor
    seen = AuditEntry.objects.filter(customer_id=customer.pk, at__gt=now - ONE_VISIT, at__lte=now)
    if seen.filter(action=VIEWED, actor=actor).exists():
        return
    with transaction.atomic(durable=True):
        record(
            VIEWED,
            actor=actor,
            now=now,
            customer_id=customer.pk,
            subject=f"customer:{customer.customer_number}",
        )
