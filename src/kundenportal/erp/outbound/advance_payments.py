"""``abschlaege.csv``: the advance payments customers want to change, one row per division."""

from collections.abc import Iterator

from django.db.models import F, Q

from kundenportal.advance_payments.models import WantedAmount
from kundenportal.core.german_numbers import decimal_text
from kundenportal.core.references import format_reference
from kundenportal.erp.outbound.tables import SPINE_COLUMNS, Row, Table, moment_text, one_line
from kundenportal.submissions.models import ExportBatch, Submission

_ROWS_AT_A_TIME = 1000
_FIELDS = (
    "change__submission__received_year",
    "change_id",
    "change__submission__received_at",
    "change__submission__customer__customer_number",
    "change__submission__premise__erp_id",
    "division",
    "amount",
    "change__valid_from",
    "change__comment",
)


def advance_payment_rows(batch: ExportBatch, mark: str) -> Iterator[Row]:
    """Yield the amounts that a batch's submissions change, in the order they were sent.

    A division that keeps its amount is left out.

    Args:
        batch: which submissions.
        mark: the decimal mark.

    """
    amounts = (
        WantedAmount.objects.filter(~Q(amount=F("previous_amount")), change__submission__batch=batch)
        .order_by("change_id", "pk")
        .values_list(*_FIELDS)
    )
    for year, number, received_at, *place, division, amount, valid_from, comment in amounts.iterator(
        _ROWS_AT_A_TIME
    ):
        yield (
            format_reference(year, number),
            moment_text(received_at),
            *place,
            division,
            decimal_text(amount, mark),
            valid_from.isoformat(),
            one_line(comment),
        )


ADVANCE_PAYMENTS = Table(
    kind=Submission.Kind.ADVANCE_PAYMENT,
    name="abschlaege",
    columns=(*SPINE_COLUMNS, "versorgungsart", "betrag", "ab", "kommentar"),
    rows=advance_payment_rows,
)
