"""``zaehlerstaende.csv``: the meter readings customers sent, one row per value."""

from collections.abc import Iterator

from django.utils import translation

from kundenportal.core.german_numbers import decimal_text
from kundenportal.core.references import format_reference
from kundenportal.erp.outbound.tables import SPINE_COLUMNS, Row, Table, moment_text, one_line
from kundenportal.metering.models import SubmittedReading
from kundenportal.submissions.models import ExportBatch, Submission

_ROWS_AT_A_TIME = 1000
_FIELDS = (
    "reading_submission__submission__received_year",
    "reading_submission_id",
    "reading_submission__submission__received_at",
    "reading_submission__submission__customer__customer_number",
    "reading_submission__submission__premise__erp_id",
    "register__meter__meter_number",
    "register__code",
    "reading_date",
    "value",
    "check_result",
    "reason",
    "remark",
)


def reading_rows(batch: ExportBatch, mark: str) -> Iterator[Row]:
    """Yield a batch's readings in the order they were sent.

    A value that the customer replaced before it was exported counts no more and is left out.

    Args:
        batch: which submissions.
        mark: the decimal mark.

    """
    with translation.override("de"):
        reasons = {reason.value: str(reason.label) for reason in SubmittedReading.Reason}
    readings = (
        SubmittedReading.objects.filter(reading_submission__submission__batch=batch, replaced_by=None)
        .order_by("reading_submission_id", "pk")
        .values_list(*_FIELDS)
    )
    for year, number, received_at, *place, date, value, check, reason, remark in readings.iterator(
        _ROWS_AT_A_TIME
    ):
        yield (
            format_reference(year, number),
            moment_text(received_at),
            *place,
            date.isoformat(),
            decimal_text(value, mark),
            check,
            _why(reasons.get(reason, reason), one_line(remark)) if reason or remark else "",
        )


def _why(reason: str, remark: str) -> str:
    return f"{reason}: {remark}" if reason and remark else reason or remark


READINGS = Table(
    kind=Submission.Kind.METER_READING,
    name="zaehlerstaende",
    columns=(*SPINE_COLUMNS, "zaehlernummer", "zaehlwerk", "datum", "stand", "pruefung", "grund"),
    rows=reading_rows,
)
