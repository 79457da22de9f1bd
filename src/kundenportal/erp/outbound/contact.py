"""``anfragen.csv``: what customers wrote, one row for each of their messages."""

from collections.abc import Iterator

from kundenportal.contact.models import ContactSubmission
from kundenportal.core.references import format_reference
from kundenportal.erp.outbound.tables import SPINE_COLUMNS, Row, Table, moment_text, one_line
from kundenportal.submissions.models import ExportBatch, Submission

_ROWS_AT_A_TIME = 1000
_SPINE = (
    "submission__received_year",
    "submission_id",
    "submission__received_at",
    "submission__customer__customer_number",
    "submission__premise__erp_id",
)
_VALUES = ("message__thread__subject", "message__body", "phone")


def contact_rows(batch: ExportBatch, mark: str) -> Iterator[Row]:  # noqa: ARG001
    """Yield a batch's messages in the order they were sent.

    Args:
        batch: which submissions.
        mark: the decimal mark; messages have no decimals.

    """
    messages = ContactSubmission.objects.filter(submission__batch=batch).order_by("pk")
    for year, number, received_at, *place, values in (
        (*row[:5], row[5:]) for row in messages.values_list(*_SPINE, *_VALUES).iterator(_ROWS_AT_A_TIME)
    ):
        reference = format_reference(year, number)
        yield (reference, moment_text(received_at), *place, *(one_line(value) for value in values))


CONTACT_MESSAGES = Table(
    kind=Submission.Kind.CONTACT_MESSAGE,
    name="anfragen",
    columns=(*SPINE_COLUMNS, "betreff", "anfrage", "telefon"),
    rows=contact_rows,
)
