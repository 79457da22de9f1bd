"""``adressen.csv``: the billing addresses customers sent, whole, one row each."""

from collections.abc import Iterator

from kundenportal.addresses.models import AddressChange
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
_COLUMNS = {
    "anrede": "salutation",
    "vorname": "first_name",
    "name": "last_name",
    "strasse": "street",
    "hausnummer": "house_number",
    "adresszusatz": "supplement",
    "plz": "postal_code",
    "ort": "city",
    "land": "country",
    "kontakt_email": "contact_email",
    "telefon": "phone",
}
"""The columns of kunden.csv that the form holds, and where their values stand."""


def address_rows(batch: ExportBatch, mark: str) -> Iterator[Row]:  # noqa: ARG001
    """Yield a batch's addresses in the order they were sent.

    Args:
        batch: which submissions.
        mark: the decimal mark; addresses have no decimals.

    """
    changes = AddressChange.objects.filter(submission__batch=batch).order_by("pk")
    for year, number, received_at, *place, values in (
        (*row[:5], row[5:])
        for row in changes.values_list(*_SPINE, *_COLUMNS.values()).iterator(_ROWS_AT_A_TIME)
    ):
        reference = format_reference(year, number)
        yield (reference, moment_text(received_at), *place, *(one_line(value) for value in values))


ADDRESSES = Table(
    kind=Submission.Kind.ADDRESS_CHANGE,
    name="adressen",
    columns=(*SPINE_COLUMNS, *_COLUMNS),
    rows=address_rows,
)
