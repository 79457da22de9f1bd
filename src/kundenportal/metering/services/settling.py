"""Settling readings."""

import datetime as dt

from kundenportal.metering.mails import READING_ACCEPTED, READING_REJECTED
from kundenportal.metering.models import MeterReading, SubmittedReading
from kundenportal.submissions.models import Submission
from kundenportal.submissions.settling import ERP, Outcome, Settler, settle_submission


def settle_reading_submission(
    submission: Submission, *, outcome: Outcome, reason: str, now: dt.datetime, by: Settler = ERP
) -> None:
    """Settle a submission of readings; ``settle_submission`` says how.

    An accepted value becomes a reading of its register, unless one of that day stands already.
    """
    settle_submission(
        submission,
        outcome=outcome,
        reason=reason,
        by=by,
        now=now,
        topic="reading",
        take_over=_take_over,
        mails={"accepted": READING_ACCEPTED, "rejected": READING_REJECTED},
    )


def _take_over(submission: Submission, now: dt.datetime) -> None:  # noqa: ARG001
    MeterReading.objects.bulk_create(
        [
            MeterReading(
                register_id=each.register_id,
                reading_date=each.reading_date,
                value=each.value,
                origin=MeterReading.Origin.REPORTED,
            )
            for each in SubmittedReading.objects.filter(reading_submission_id=submission.pk, replaced_by=None)
        ],
        ignore_conflicts=True,
    )
