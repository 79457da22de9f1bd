"""The audit trail as files for spreadsheets, made piece by piece."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils import translation

from kundenportal.audit.looking import Piece
from kundenportal.audit.selectors import TrailFilter, touched_customers, trail_chunks
from kundenportal.backoffice.audit_rows import AuditRow, audit_rows, names_in
from kundenportal.core.spreadsheets import Cell, csv_file, csv_lines
from kundenportal.customers.models import Customer
from kundenportal.identity.models import StaffMember

HEADER = (
    "Nummer",
    "Zeit",
    "Wer",
    "Wer (Kennung)",
    "Was",
    "Was (Kennung)",
    "Kundennummer",
    "Kunde",
    "Vorgang, Dokument",
    "Einzelheiten",
)
CUSTOMERS_HEADER = ("Kundennummer", "Kunde", "Einträge", "erster", "letzter")
"""The columns. They are German in every language, as the words in them are."""

_CUSTOMERS_AT_A_TIME = 2000


def trail_csv(wanted: TrailFilter, *, members: Sequence[StaffMember]) -> Iterator[Piece]:
    """Yield all entries of a choice, the newest first.

    Args:
        wanted: what was chosen.
        members: everybody who works or worked here.

    """
    yield Piece(csv_file([HEADER]), rows=0)
    for entries in trail_chunks(wanted):
        with translation.override("de"):
            rows = audit_rows(entries, names_in(entries, members=members))
            content = csv_lines(map(_cells, rows))
        yield Piece(content, rows=len(rows))


def customers_csv(wanted: TrailFilter) -> Iterator[Piece]:
    """Yield whom the entries of a choice concern: one row a customer, with the first and the last entry."""
    yield Piece(csv_file([CUSTOMERS_HEADER]), rows=0)
    touched = touched_customers(wanted)
    for start in range(0, len(touched), _CUSTOMERS_AT_A_TIME):
        some = touched[start : start + _CUSTOMERS_AT_A_TIME]
        known = Customer.objects.in_bulk([each.customer_id for each in some])
        rows = [
            (
                *_customer(known.get(each.customer_id)),
                each.count,
                _moment(each.first_at),
                _moment(each.last_at),
            )
            for each in some
        ]
        yield Piece(csv_lines(rows), rows=len(rows))


def _cells(row: AuditRow) -> tuple[Cell, ...]:
    details = ", ".join(f"{name}: {value}" for name, value in row.details)
    number, name = _customer(row.customer)
    return (
        row.number,
        _moment(row.at),
        row.who,
        row.actor,
        str(row.words),
        row.action,
        number or row.customer_number,
        name,
        row.subject,
        details,
    )


def _customer(customer: Customer | None) -> tuple[str, str]:
    return (customer.customer_number, customer.full_name) if customer else ("", "")


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(settings.UTILITY_TIME_ZONE):%d.%m.%Y %H:%M:%S}"
