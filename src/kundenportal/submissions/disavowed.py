"""Stopping what a stranger sent in a customer's name."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from kundenportal.audit.services import record
from kundenportal.customers.models import Customer
from kundenportal.identity.models import User
from kundenportal.submissions.models import OPEN, Submission
from kundenportal.submissions.services import settle


def withdraw_disavowed(
    kind: Submission.Kind, *, topic: str, user: User, customers: Iterable[Customer], now: dt.datetime
) -> None:
    """Stop the changes of a kind a login sent, or that wait for its customers; the caller's transaction.

    What is exported already is the billing system's: the audit trail names it, so that staff stop it there.

    Args:
        kind: the kind of submission.
        topic: what the audit entry's action begins with, such as ``address``.
        user: the login whose owner says it was not he; locked.
        customers: the customers it holds.
        now: when, aware.

    """
    concerned = Q(submitted_by=user) | Q(customer__in=list(customers))
    changes = Submission.objects.filter(concerned, kind=kind, status__in=OPEN)
    for submission in changes.select_for_update(of=("self",)).order_by("pk"):
        if submission.can_be_withdrawn:
            settle(submission, Submission.Status.WITHDRAWN, reason="", now=now)
        record(
            f"{topic}.disavowed",
            actor="visitor",
            now=now,
            customer_id=submission.customer_id,
            subject=submission.reference,
            details={"status": submission.status},
        )
