"""What staff may do to a submission as it stands (ADR 13): what pages offer, and what services allow."""

import datetime as dt

from django.conf import settings

from kundenportal.submissions.models import Submission

_Status = Submission.Status


def acceptable_statuses() -> frozenset[Submission.Status]:
    """Return where a submission stands that can be taken over.

    By hand one may also enter what an export took along before the setting was ``manual``.
    """
    waiting = frozenset({_Status.RECEIVED, _Status.ON_HOLD})
    return waiting | {_Status.EXPORTED} if settings.STAFF_REVIEW == "manual" else waiting


def refusable_statuses() -> frozenset[Submission.Status]:
    """Return where a submission stands that can be refused: the billing system has not got it."""
    return acceptable_statuses() | {_Status.QUESTION}


def can_be_accepted(submission: Submission, *, now: dt.datetime) -> bool:
    """Tell whether a submission can be taken over now; what is released already need not be."""
    if submission.status not in acceptable_statuses() or submission.released_at is not None:
        return False
    if submission.status == _Status.ON_HOLD and submission.held_until is None:
        # The job runner still looks for the meter.
        return False
    return not is_settled_by_hand() or not is_on_hold(submission, now=now)


def can_be_asked_about(submission: Submission) -> bool:
    """Tell whether the customer can be asked: nothing has left, and somebody is there who sent it."""
    return submission.status == _Status.RECEIVED and submission.submitted_by_id is not None


def can_be_refused(submission: Submission) -> bool:
    """Tell whether a submission can be refused."""
    return submission.status in refusable_statuses()


def is_settled_by_hand() -> bool:
    """Tell whether taking over settles a submission, because it was entered by hand."""
    return settings.STAFF_REVIEW == "manual"


def needs_second_person(submission: Submission) -> bool:
    """Tell whether one proposes and another one releases (four eyes)."""
    return settings.BANK_FOUR_EYES and submission.kind == Submission.Kind.BANK_CHANGE


def is_on_hold(submission: Submission, *, now: dt.datetime) -> bool:
    """Tell whether a submission must wait for a time that is not over."""
    is_held = submission.status == _Status.ON_HOLD and submission.held_until is not None
    return is_held and submission.held_until > now  # type: ignore[operator]
