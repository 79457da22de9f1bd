"""Filling the entry page with a submission that its sender wants to correct (ux.md C7)."""

from kundenportal.core.dates import format_date_short
from kundenportal.core.german_numbers import format_number
from kundenportal.customers.models import Premise
from kundenportal.metering.models import SubmittedReading
from kundenportal.metering.selectors import submitted_readings
from kundenportal.selfservice.forms.reading_cards import CORRECTS, DATE
from kundenportal.submissions.models import REPLACEABLE, Submission
from kundenportal.submissions.selectors import submission_of_premise


def typed_before(premise: Premise, reference: str) -> dict[str, str]:
    """Return what stands in the fields to correct a submission; nothing when it cannot be corrected any more.

    Args:
        premise: the place of consumption in view; a submission of another one is none.
        reference: the reference of the submission.

    """
    try:
        submission = submission_of_premise(premise, reference, kinds=[Submission.Kind.METER_READING])
    except Submission.DoesNotExist:
        return {}
    readings = [each for each in submitted_readings(submission) if each.replaced_by_id is None]
    if submission.status not in REPLACEABLE or not readings:
        return {}
    date = readings[0].reading_date
    typed = {CORRECTS: str(submission.pk), DATE: format_date_short(date)}
    for each in readings:
        typed |= _typed(each)
        if each.reading_date != date:
            typed[f"datum-{each.register.meter_id}"] = format_date_short(each.reading_date)
    return typed


def _typed(reading: SubmittedReading) -> dict[str, str]:
    value = format_number(reading.value).replace(".", "")
    return {f"stand-{reading.register_id}": value, f"bemerkung-{reading.register.meter_id}": reading.remark}
