"""The colour of each status of a submission; its word always stands beside it."""

from collections.abc import Mapping

from kundenportal.submissions.models import Submission

TONES: Mapping[str, str] = {
    Submission.Status.RECEIVED: "neu",
    Submission.Status.ON_HOLD: "warn",
    Submission.Status.QUESTION: "warn",
    Submission.Status.EXPORTED: "warn",
    Submission.Status.COMPLETED: "ok",
    Submission.Status.REJECTED: "fehler",
    Submission.Status.WITHDRAWN: "still",
}
