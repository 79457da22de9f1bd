"""The mails about submissions of every kind: that one was withdrawn, that there is a question."""

import datetime as dt
from typing import Any

from kundenportal.mailing import kinds
from kundenportal.submissions.models import Submission, SubmissionQuestion

SUBMISSION_WITHDRAWN, SUBMISSION_QUESTION = "submission_withdrawn", "submission_question"


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    kinds.register(SUBMISSION_WITHDRAWN, prepare, is_about_customer=True)
    kinds.register(SUBMISSION_QUESTION, prepare_question, is_about_customer=True)


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return what the templates need of the submission whose id the context carries."""
    submission = Submission.objects.select_related("customer", "premise").get(pk=context["submission"])
    return {
        "name": submission.owner.full_name,
        "kind": submission.get_kind_display(),
        "reference": submission.reference,
        "premise": submission.place,
    }


def prepare_question(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """Return what the templates need of a submission and of what was asked about it last."""
    question = SubmissionQuestion.objects.filter(submission=context["submission"]).latest("pk")
    is_reading = question.submission.kind == Submission.Kind.METER_READING
    return {**prepare(context, now), "question": question.text, "is_reading": is_reading}
