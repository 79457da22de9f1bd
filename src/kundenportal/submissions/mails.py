"""The mail about submissions of every kind: that one was withdrawn."""

import datetime as dt
from typing import Any

from kundenportal.mailing import kinds
from kundenportal.submissions.models import Submission

SUBMISSION_WITHDRAWN = "submission_withdrawn"


def register_kinds() -> None:
    """Make the kind known to the outbox."""
    kinds.register(SUBMISSION_WITHDRAWN, prepare, is_about_customer=True)


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return what the templates need of the submission whose id the context carries."""
    submission = Submission.objects.select_related("customer", "premise").get(pk=context["submission"])
    return {
        "name": submission.owner.full_name,
        "kind": submission.get_kind_display(),
        "reference": submission.reference,
        "premise": submission.place,
    }
