"""Refusing what a customer sent, with a reason that he reads."""

import datetime as dt

from django.db import transaction

from kundenportal.casework.possible import refusable_statuses
from kundenportal.casework.settling import settle_any
from kundenportal.identity.models import StaffMember
from kundenportal.submissions.models import Submission
from kundenportal.submissions.settling import Settler


@transaction.atomic(durable=True)
def refuse_submission(
    submission: Submission, *, member: StaffMember, reason: str, seen: str, now: dt.datetime
) -> None:
    """Refuse a submission that the billing system has not got, the way its own refusals take.

    Args:
        submission: the submission; it is locked on that way.
        member: who refuses.
        reason: why, which the customer reads as it is.
        seen: the mark of the submission when it was shown (``submissions.marks``).
        now: when, aware.

    Raises:
        ChangedMeanwhile: when it is not what the member had in view.
        NotSettleable: when the billing system has it, or it is settled.

    """
    by = Settler(member.user.actor, refusable_statuses(), seen)
    settle_any(submission, outcome="rejected", reason=reason, now=now, by=by)
