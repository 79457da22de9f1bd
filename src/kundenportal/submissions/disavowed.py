"""Stopping what a stranger sent in a customer's name."""

import datetime as dt

from django.db.models import Q

from kundenportal.audit.services import record
from kundenportal.submissions.models import OPEN, Submission
from kundenportal.submissions.services import settle


def withdraw_disavowed(kind: Submission.Kind, *, topic: str, concerned: Q, now: dt.datetime) -> None:
    """Stop the changes of a kind that somebody had no right to send, in the caller's transaction.

    What is exported already is the billing system's: the audit trail names it, so that staff stop it there.

    Args:
        kind: the kind of submission.
        topic: what the audit entry's action begins with, such as ``address``.
        concerned: which submissions; their customers or senders are locked.
        now: when, aware.

    """
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
