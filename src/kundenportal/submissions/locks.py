"""Locking a submission, with what everybody who settles it needs to know of it."""

from kundenportal.submissions.models import Submission


def lock_submission(submission: Submission) -> Submission:
    """Return a submission as it is now, locked until the caller's transaction ends.

    It comes with its sender, customer and premise, which are not locked.
    """
    rows = Submission.objects.select_for_update(of=("self",))
    return rows.select_related("submitted_by", "customer", "premise").get(pk=submission.pk)
