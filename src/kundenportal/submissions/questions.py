"""Asking the customer about a submission, and his answer (ux.md 1.8, "Rückfrage")."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.models import StaffMember, User
from kundenportal.submissions.locks import lock_submission
from kundenportal.submissions.mails import SUBMISSION_QUESTION
from kundenportal.submissions.marks import check_mark
from kundenportal.submissions.models import Submission, SubmissionQuestion
from kundenportal.submissions.services import tell_sender


class NotAskable(Exception):
    """The submission is on hold, exported or settled, or the customer has been asked; nothing was changed."""


class NothingAsked(Exception):
    """Nobody waits for an answer any more; nothing was changed."""


@transaction.atomic(durable=True)
def ask_back(submission: Submission, *, member: StaffMember, text: str, seen: str, now: dt.datetime) -> None:
    """Ask the customer about what he sent. Until he answers it stays here, and he may still change it.

    Args:
        submission: the submission; it is locked here.
        member: who asks.
        text: the question, which the customer reads as it is.
        seen: the mark of the submission when it was shown (``marks.mark_of``).
        now: when, aware.

    Raises:
        ChangedMeanwhile: when it is not what the member had in view.
        NotAskable: when it is no time to ask, or nobody is there to answer.

    """
    locked = lock_submission(submission)
    check_mark(locked, seen)
    if locked.status != Submission.Status.RECEIVED or locked.submitted_by is None:
        raise NotAskable(f"{locked.reference} is {locked.status}")
    SubmissionQuestion.objects.create(submission=locked, asked_by=member, text=text, asked_at=now)
    _move(locked, Submission.Status.QUESTION, waits_since=None)
    record(
        "submission.asked",
        actor=member.user.actor,
        now=now,
        customer_id=locked.customer_id,
        subject=locked.reference,
    )
    tell_sender(SUBMISSION_QUESTION, locked, now=now)


@transaction.atomic(durable=True)
def answer_question(submission: Submission, *, actor: User, text: str, now: dt.datetime) -> None:
    """Take the customer's answer; staff look at the submission again.

    Args:
        submission: the submission; the caller has checked that the login may see it. It is locked here.
        actor: the login that answers.
        text: the answer.
        now: when, aware.

    Raises:
        NothingAsked: when the question was answered, or the submission withdrawn or settled meanwhile.

    """
    locked = lock_submission(submission)
    if locked.status != Submission.Status.QUESTION:
        raise NothingAsked(f"{locked.reference} is {locked.status}")
    SubmissionQuestion.objects.filter(submission=locked, answered_at=None).update(
        answer=text, answered_by=actor, answered_at=now
    )
    _move(locked, Submission.Status.RECEIVED, waits_since=now)
    record(
        "submission.answered",
        actor=actor.actor,
        now=now,
        customer_id=locked.customer_id,
        subject=locked.reference,
    )


def _move(submission: Submission, status: Submission.Status, *, waits_since: dt.datetime | None) -> None:
    submission.status, submission.waits_since, submission.released_at = status, waits_since, None
    submission.save(update_fields=["status", "waits_since", "released_at"])
