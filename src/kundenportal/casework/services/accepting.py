"""Taking over what a customer sent: letting it go to the billing system, or settling it by hand (ADR 13)."""

import datetime as dt
from enum import StrEnum

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.casework.models import Proposal
from kundenportal.casework.possible import (
    acceptable_statuses,
    can_be_accepted,
    is_settled_by_hand,
    needs_second_person,
)
from kundenportal.casework.settling import settle_any
from kundenportal.identity.models import StaffMember
from kundenportal.submissions.locks import lock_submission
from kundenportal.submissions.marks import check_mark
from kundenportal.submissions.models import Submission
from kundenportal.submissions.settling import Settler


class NotAcceptable(Exception):
    """It is with the customer or the billing system, released or settled already, or its hold is not over."""


class SecondPersonNeeded(Exception):
    """Who proposed the release of a bank account cannot give it as well (four eyes)."""


class Accepted(StrEnum):
    """What taking over has come to."""

    PROPOSED = "proposed"
    """A second person must look at it."""

    RELEASED = "released"
    """The billing system gets it with the next export, and settles it."""

    SETTLED = "settled"
    """It was entered by hand, and the customer is told."""


@transaction.atomic(durable=True)
def accept_submission(
    submission: Submission, *, member: StaffMember, seen: str, now: dt.datetime
) -> Accepted:
    """Take over what a customer sent.

    What that means is the setting ``STAFF_REVIEW``: with ``manual`` it was entered into the billing system
    by hand and is settled like an answer of its; otherwise it is released, and its answer settles it. With
    ``BANK_FOUR_EYES`` the first member proposes the release of a bank change, and another one gives it.

    Args:
        submission: the submission; it is locked here.
        member: who takes it over.
        seen: the mark of the submission when it was shown (``submissions.marks``).
        now: when, aware.

    Raises:
        ChangedMeanwhile: when it is not what the member had in view.
        NotAcceptable: when it is not for staff to take over now.
        SecondPersonNeeded: when he proposed it himself.

    """
    locked = lock_submission(submission)
    check_mark(locked, seen)
    if not can_be_accepted(locked, now=now):
        raise NotAcceptable(f"{locked.reference} is {locked.status}")
    if needs_second_person(locked) and _propose(locked, member, now):
        return Accepted.PROPOSED
    if is_settled_by_hand():
        by = Settler(member.user.actor, acceptable_statuses())
        settle_any(locked, outcome="accepted", reason="", now=now, by=by)
        return Accepted.SETTLED
    return _release(locked, member, now)


def _propose(submission: Submission, member: StaffMember, now: dt.datetime) -> bool:
    """Propose a release, unless somebody else has; tell whether it still needs a second person."""
    proposal = Proposal.objects.filter(submission=submission).first()
    if proposal is not None:
        if proposal.proposed_by_id == member.pk:
            raise SecondPersonNeeded(submission.reference)
        return False
    Proposal.objects.create(submission=submission, proposed_by=member, proposed_at=now)
    # Its mark moves on, so that whoever has it in view looks again before he releases it.
    submission.waits_since = now
    submission.save(update_fields=["waits_since"])
    _record("submission.release_proposed", submission, member, now)
    return True


def _release(submission: Submission, member: StaffMember, now: dt.datetime) -> Accepted:
    """Let a submission go; one on hold still waits until its time is over."""
    submission.released_at, submission.waits_since = now, None
    submission.save(update_fields=["released_at", "waits_since"])
    _record("submission.released", submission, member, now)
    return Accepted.RELEASED


def _record(action: str, submission: Submission, member: StaffMember, now: dt.datetime) -> None:
    record(
        action,
        actor=member.user.actor,
        now=now,
        customer_id=submission.customer_id,
        subject=submission.reference,
    )
