"""Every reading of a person's meters as a table for a spreadsheet or another supplier (Art. 20 GDPR)."""

from collections.abc import Iterator

from kundenportal.core.spreadsheets import Cell, csv_file
from kundenportal.customers.models import Customer
from kundenportal.metering.models import MeterReading, SubmittedReading
from kundenportal.privacy.subjects import Subject
from kundenportal.submissions.models import Submission

COLUMNS = (
    "kundennummer",
    "verbrauchsstelle",
    "versorgungsart",
    "zaehlernummer",
    "zaehlwerk",
    "datum",
    "stand",
    "einheit",
    "herkunft",
    "vorgang",
)
"""The names of the exchange format (interfaces.md)."""

_SENT = {
    Submission.Channel.PORTAL: "im Portal gesendet",
    Submission.Channel.LINK: "mit Link gesendet",
    Submission.Channel.PUBLIC: "ohne Anmeldung gemeldet",
}
_PREMISE = "register__meter__premise"
_SUBMISSION = "reading_submission__submission"


def readings_csv(subject: Subject) -> bytes:
    """Return the readings that count, then those the person sent; dates as 2026-11-22."""
    return csv_file([COLUMNS, *_accepted(subject), *_sent(subject)])


def _accepted(subject: Subject) -> Iterator[tuple[Cell, ...]]:
    readings = MeterReading.objects.filter(register__meter__premise__customer__in=subject.customers)
    for reading in readings.select_related(f"{_PREMISE}__customer").order_by("register_id", "reading_date"):
        yield _row(reading, reading.register.meter.premise.customer, reading.origin, "")


def _sent(subject: Subject) -> Iterator[tuple[Cell, ...]]:
    readings = SubmittedReading.objects.filter(reading_submission__submission__customer__in=subject.customers)
    for reading in readings.select_related(_PREMISE, f"{_SUBMISSION}__customer").order_by("pk"):
        submission = reading.reading_submission.submission
        assert submission.customer is not None, "the rows are filtered by it"
        origin = _SENT[Submission.Channel(submission.channel)]
        yield _row(reading, submission.customer, origin, submission.reference)


def _row(
    reading: MeterReading | SubmittedReading, customer: Customer, origin: str, reference: str
) -> tuple[Cell, ...]:
    meter = reading.register.meter
    return (
        customer.customer_number,
        meter.premise.erp_id,
        meter.division,
        meter.meter_number,
        reading.register.code,
        reading.reading_date.isoformat(),
        reading.value,
        reading.register.unit,
        origin,
        reference,
    )
