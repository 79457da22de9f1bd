"""The mail that tells the utility of a barrier."""

import datetime as dt
from typing import Any

from django.conf import settings

from kundenportal.core.dates import local_date
from kundenportal.feedback.models import BarrierReport
from kundenportal.mailing import kinds

BARRIER_REPORTED = "barrier_reported"
ANSWER_WITHIN = dt.timedelta(weeks=2)
"""What the page promises."""


def register_kinds() -> None:
    """Make the kind known to the outbox."""
    kinds.register(BARRIER_REPORTED, prepare)


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return what the templates need of the report whose id the context carries."""
    report = BarrierReport.objects.get(pk=context["report"])
    due = local_date(report.received_at + ANSWER_WITHIN, settings.UTILITY_TIME_ZONE)
    return {"number": report.pk, "report": report, "answer_until": due}
