"""The mails about meter readings: M10, M10b and M10c of ux.md 1.10."""

import datetime as dt
from typing import Any

from kundenportal.mailing import kinds
from kundenportal.mailing.categories import Category
from kundenportal.metering.selectors import submitted_readings
from kundenportal.submissions.models import Submission

READING_RECEIVED, READING_ACCEPTED, READING_REJECTED = (
    "reading_received",
    "reading_accepted",
    "reading_rejected",
)


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    kinds.register(READING_RECEIVED, prepare, is_about_customer=True)
    for kind in (READING_ACCEPTED, READING_REJECTED):
        kinds.register(kind, prepare, is_about_customer=True, category=Category.SUBMISSIONS)


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return what the templates need of the submission whose id the context carries.

    The outbox keeps the id alone: no reading stands there a second time.
    """
    submission = Submission.objects.select_related("customer", "premise").get(pk=context["submission"])
    return {
        "name": submission.owner.full_name,
        "reference": submission.reference,
        "premise": submission.place,
        "readings": submitted_readings(submission),
        "reason": submission.reason,
    }
