"""What of a meter's past is its present customer's own: the meter stays when customers change."""

import datetime as dt

from django.db.models import Q

from kundenportal.customers.models import Premise
from kundenportal.submissions.models import Submission

_HANDED_OVER = dt.timedelta(days=1)
"""A contract begins with the value of the evening before."""


def own_readings(premise: Premise) -> Q:
    """Return which rows of ``MeterReading`` are from the contract of a premise."""
    own = Q(reading_date__gte=premise.begin_date - _HANDED_OVER)
    return own if premise.end_date is None else own & Q(reading_date__lte=premise.end_date)


def own_submitted_readings(premise: Premise) -> Q:
    """Return which rows of ``SubmittedReading`` were sent for a premise by the customer it has now.

    What somebody reported without a login is not among them: it may be a stranger's, and must neither refuse
    nor judge what the customer sends himself.
    """
    sent = Q(
        reading_submission__submission__premise=premise,
        reading_submission__submission__customer=premise.customer_id,
    )
    return sent & ~Q(reading_submission__submission__channel=Submission.Channel.PUBLIC)
