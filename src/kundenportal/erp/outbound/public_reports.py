"""What people without a login typed about their readings, for clerks: some of it matches no meter."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Prefetch

from kundenportal.core.german_numbers import decimal_text
from kundenportal.erp.outbound.tables import Row
from kundenportal.metering.models import PublicReport, ReportedValue

SHEET = "Ohne Anmeldung"
COLUMNS = (
    "Vorgang",
    "Zuordnung",
    "Zählernummer",
    "Ablesedatum",
    "Stände",
    "Postleitzahl",
    "Straße",
    "Name",
    "E-Mail",
    "Bemerkung",
)
_ROWS_AT_A_TIME = 500


def public_report_rows(*, batch_number: int | None) -> Iterator[Row]:
    """Yield what was typed, in the order it was sent, never holding all of it.

    Args:
        batch_number: the batch, or None for all.

    """
    reports = (
        PublicReport.objects.select_related("reading_submission__submission")
        .prefetch_related(Prefetch("values", ReportedValue.objects.order_by("pk")))
        .order_by("pk")
    )
    if batch_number is not None:
        reports = reports.filter(reading_submission__submission__batch=batch_number)
    for each in reports.iterator(_ROWS_AT_A_TIME):
        yield (
            each.reading_submission.submission.reference,
            str(each.get_placement_display()),
            each.meter_number,
            _day(each.reading_date),
            "; ".join(_value(value) for value in each.values.all()),
            each.postal_code,
            each.street,
            each.name,
            each.email,
            each.remark,
        )


def _day(date: dt.date) -> str:
    return f"{date:%d.%m.%Y}"


def _value(value: ReportedValue) -> str:
    return f"{value.display} {decimal_text(value.value, ',')}".strip()
