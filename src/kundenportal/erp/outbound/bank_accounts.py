"""``bankverbindungen.csv``: the bank accounts customers want, one row per account."""

from collections.abc import Iterator

from kundenportal.banking.models import WantedAccount
from kundenportal.banking.sealing import open_iban
from kundenportal.core.ibans import mask_iban
from kundenportal.core.references import format_reference
from kundenportal.erp.outbound.tables import SPINE_COLUMNS, Row, Table, moment_text, one_line
from kundenportal.submissions.models import ExportBatch, Submission

_ROWS_AT_A_TIME = 1000


def bank_account_rows(batch: ExportBatch, mark: str) -> Iterator[Row]:  # noqa: ARG001
    """Yield a batch's accounts in the order they were sent.

    The columns say what those of the deliveries do: without a premise it is the customer's account, without
    an IBAN there shall be none any more.

    Args:
        batch: which submissions.
        mark: the decimal mark; accounts have no decimals.

    """
    lines = WantedAccount.objects.filter(change__submission__batch=batch).order_by("change_id", "pk")
    for line in lines.select_related("change__submission", "customer", "premise").iterator(_ROWS_AT_A_TIME):
        submission, change = line.change.submission, line.change
        blocked_until = change.payout_blocked_until if line.iban_sealed is not None else None
        yield (
            format_reference(submission.received_year, submission.pk),
            moment_text(submission.received_at),
            line.customer.customer_number,
            line.premise.erp_id if line.premise else "",
            open_iban(line) if line.iban_sealed is not None else "",
            one_line(line.holder),
            change.valid_from.isoformat(),
            line.mandate_reference,
            line.mandate_date.isoformat() if line.mandate_date else "",
            blocked_until.isoformat() if blocked_until else "",
            line.bic,
        )


def shown_iban(iban: str) -> str:
    """Return what people may read of an IBAN."""
    return mask_iban(iban[:2], iban[-4:]) if iban else ""


BANK_ACCOUNTS = Table(
    kind=Submission.Kind.BANK_CHANGE,
    name="bankverbindungen",
    columns=(
        *SPINE_COLUMNS,
        "iban",
        "kontoinhaber",
        "ab",
        "mandatsreferenz",
        "mandatsdatum",
        "auszahlung_gesperrt_bis",
        "bic",
    ),
    rows=bank_account_rows,
    masked={"iban": shown_iban},
)
