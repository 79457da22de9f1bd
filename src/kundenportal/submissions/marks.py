"""Seeing that a submission is still what somebody had in view when he decided (optimistic locking)."""

import hashlib

from kundenportal.submissions.models import Submission


class ChangedMeanwhile(Exception):
    """Something happened to the submission since it was shown; nothing was done."""


def mark_of(submission: Submission) -> str:
    """Return a short text that is another one as soon as anything about a submission has changed.

    It is made of what the row holds, so that no code that changes a submission can forget to move it on.
    """
    moments = (
        submission.waits_since,
        submission.released_at,
        submission.settled_at,
        submission.held_until,
    )
    state = (
        submission.status,
        submission.customer_id,
        submission.reason,
        submission.assigned_to_id,
        submission.batch_id,
        *(moment and moment.timestamp() for moment in moments),
    )
    return hashlib.sha256("|".join(str(each) for each in state).encode()).hexdigest()[:16]


def check_mark(submission: Submission, seen: str) -> None:
    """Check that a locked submission is what somebody had in view.

    Args:
        submission: the submission, locked by the caller.
        seen: the mark it had when it was shown.

    Raises:
        ChangedMeanwhile: when it is not.

    """
    if mark_of(submission) != seen:
        raise ChangedMeanwhile(submission.reference)
