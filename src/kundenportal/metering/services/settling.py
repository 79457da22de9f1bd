"""Settling readings."""

import datetime as dt
from functools import partial

from kundenportal.metering.mails import READING_ACCEPTED, READING_REJECTED
from kundenportal.metering.models import MeterReading, SubmittedReading
from kundenportal.submissions.models import Submission
from kundenportal.submissions.settling import Settle, settle_submission


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


settle_reading_submission: Settle = partial(
    settle_submission,
    topic="reading",
    take_over=_take_over,
    mails={"accepted": READING_ACCEPTED, "rejected": READING_REJECTED},
)
"""Settle readings. An accepted value becomes one of its register, unless there is one of that day already."""
