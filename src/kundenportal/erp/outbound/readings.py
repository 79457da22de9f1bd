"""``zaehlerstaende.csv``: the meter readings people sent, one row per value."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from kundenportal.core.german_numbers import decimal_text
from kundenportal.core.references import format_reference
from kundenportal.erp.outbound.tables import SPINE_COLUMNS, Row, Table, moment_text, one_line
from kundenportal.metering.findings import WORDS
from kundenportal.metering.models import PublicReport, ReportedValue, SubmittedReading
from kundenportal.submissions.models import ExportBatch, Submission

NOT_CHECKED = "ungeprueft"
"""The word for a value that belongs to no known register, so that there was nothing to check it against."""

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
    "reading_submission__submission__channel",
    "findings",
    "reason",
    "remark",
)
_FIELDS_OF_UNPLACED = (
    "report__reading_submission__submission__received_year",
    "report_id",
    "report__reading_submission__submission__received_at",
    "report__meter_number",
    "display",
    "report__reading_date",
    "value",
    "report__placement",
    "report__remark",
)


def reading_rows(batch: ExportBatch, mark: str) -> Iterator[Row]:
    """Yield a batch's readings in the order they were sent; those that belong to no known meter follow.

    A value that the customer replaced before it was exported counts no more and is left out.

    Args:
        batch: which submissions.
        mark: the decimal mark.

    """
    words = _Words()
    readings = (
        SubmittedReading.objects.filter(reading_submission__submission__batch=batch, replaced_by=None)
        .order_by("reading_submission_id", "pk")
        .values_list(*_FIELDS)
    )
    for (
        year,
        number,
        received_at,
        *place,
        date,
        value,
        check,
        channel,
        findings,
        reason,
        remark,
    ) in readings.iterator(_ROWS_AT_A_TIME):
        yield (
            format_reference(year, number),
            moment_text(received_at),
            *place,
            date.isoformat(),
            decimal_text(value, mark),
            check,
            _why([*words.of_reading(channel, findings), words.reasons.get(reason, reason)], remark),
        )
    yield from _unplaced_rows(batch, mark, words)


def _unplaced_rows(batch: ExportBatch, mark: str, words: "_Words") -> Iterator[Row]:
    """Yield what was reported without a login and belongs to no known meter, as it was typed."""
    values = (
        ReportedValue.objects.filter(
            report__reading_submission__submission__batch=batch,
            report__reading_submission__submission__customer=None,
        )
        .order_by("report_id", "pk")
        .values_list(*_FIELDS_OF_UNPLACED)
    )
    for year, number, received_at, meter, display, date, value, placement, remark in values.iterator(
        _ROWS_AT_A_TIME
    ):
        yield (
            format_reference(year, number),
            moment_text(received_at),
            "",
            "",
            one_line(meter),
            display,
            date.isoformat(),
            decimal_text(value, mark),
            NOT_CHECKED,
            _why([words.without_login, words.placements[placement]], remark),
        )


class _Words:
    """What the last column is made of, in German whatever language the command runs in."""

    def __init__(self) -> None:
        with translation.override("de"):
            self.without_login = _("Ohne Anmeldung gemeldet")
            self.findings: Mapping[str, str] = {name: str(word) for name, word in WORDS.items()}
            self.reasons = {each.value: str(each.label) for each in SubmittedReading.Reason}
            self.placements = {each.value: str(each.label) for each in PublicReport.Placement}

    def of_reading(self, channel: str, findings: Sequence[str]) -> list[str]:
        """Return how a value came, as far as that matters, and what speaks against it."""
        came = [self.without_login] if channel == Submission.Channel.PUBLIC else []
        return came + [self.findings[each] for each in findings]


def _why(words: Sequence[str], remark: str) -> str:
    reason, remark = ", ".join(filter(None, words)), one_line(remark)
    return f"{reason}: {remark}" if reason and remark else reason or remark


READINGS = Table(
    kind=Submission.Kind.METER_READING,
    name="zaehlerstaende",
    columns=(*SPINE_COLUMNS, "zaehlernummer", "zaehlwerk", "datum", "stand", "pruefung", "grund"),
    rows=reading_rows,
)
