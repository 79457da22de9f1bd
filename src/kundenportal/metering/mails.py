"""The mails about meter readings: M10, M10b and M10c of ux.md 1.10, and what came without a login."""

import datetime as dt
from typing import Any

from kundenportal.mailing import kinds
from kundenportal.mailing.categories import Category
from kundenportal.metering.models import PublicReport
from kundenportal.metering.selectors import submitted_readings
from kundenportal.submissions.models import Submission

READING_RECEIVED, READING_ACCEPTED, READING_REJECTED = (
    "reading_received",
    "reading_accepted",
    "reading_rejected",
)
READING_REPORTED = "reading_reported"
"""Tells whoever holds a customer that somebody reported a reading without a login."""

PUBLIC_READING_RECEIVED = "public_reading_received"
"""Confirms a reading to the address that somebody without a login typed."""

_END_OF_NUMBER = 4


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    for kind in (READING_RECEIVED, READING_REPORTED):
        kinds.register(kind, prepare, is_about_customer=True)
    for kind in (READING_ACCEPTED, READING_REJECTED):
        kinds.register(kind, prepare, is_about_customer=True, category=Category.SUBMISSIONS)
    kinds.register(PUBLIC_READING_RECEIVED, prepare_for_visitor)


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
        "is_by_link": submission.channel == Submission.Channel.LINK,
    }


def prepare_for_visitor(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return what a confirmation says: nothing of the master data, and no text that a visitor wrote.

    Anybody can type anybody's address. Four characters of a meter number carry no message.
    """
    report = PublicReport.objects.select_related("reading_submission__submission").get(
        pk=context["submission"]
    )
    return {
        "reference": report.reading_submission.submission.reference,
        "meter_end": report.number_key[-_END_OF_NUMBER:],
        "date": report.reading_date,
        "values": list(report.values.order_by("pk")),
    }
