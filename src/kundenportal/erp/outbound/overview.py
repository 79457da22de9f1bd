"""What customers sent as a workbook for people: every cell is a text, whatever a customer typed.

In a CSV file a spreadsheet takes a text that begins with ``=``, ``+``, ``-`` or ``@`` for a formula
(CWE-1236). In a workbook each cell carries its type, so that it shows what was typed and computes nothing.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.erp.outbound import public_reports
from kundenportal.erp.outbound.directory import publish_file
from kundenportal.erp.outbound.export import TABLES, UnknownBatch
from kundenportal.erp.outbound.tables import Row, Table
from kundenportal.submissions.models import ExportBatch, Submission

COLUMNS = (
    "Vorgang",
    "Art",
    "Status",
    "Eingegangen",
    "Kundennummer",
    "Name",
    "Verbrauchsstelle",
    "Anschrift",
    "Stapel",
    "Abgeschlossen",
    "Grund",
    "Weg",
)
SHEET = "Vorgänge"
ROWS_PER_SHEET = 1_048_575
"""The most a sheet holds below its head (ECMA-376, as Excel and LibreOffice implement it)."""

_TEXT_FORMAT, _COLUMN_WIDTH = "@", 24
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROWS_AT_A_TIME = 1000


def export_overview(path: Path, *, batch_number: int | None, now: dt.datetime, actor: str = "erp") -> int:
    """Write all submissions, or those of one batch, as a workbook; return how many there are.

    The first sheet lists the submissions. A sheet for each kind shows what left for the billing system, in
    the columns of the exchange format, but with masked IBANs; another one what people without a login typed.
    The file is complete or not there.

    Args:
        path: the file; one that is there is replaced.
        batch_number: the batch, or None for all.
        now: when, aware.
        actor: who wants it.

    Raises:
        UnknownBatch: when there is no batch of this number.
        OSError: when the file cannot be written; nothing is left behind.

    """
    batches = ExportBatch.objects.order_by("pk")
    submissions = Submission.objects.select_related("customer", "premise", "batch").order_by("pk")
    if batch_number is not None:
        batches = batches.filter(pk=batch_number)
        submissions = submissions.filter(batch=batch_number)
        if not batches:
            raise UnknownBatch(batch_number)
    with _workbook(path) as book:
        count = _add_sheets(book, SHEET, COLUMNS, _submission_rows(submissions.iterator(_ROWS_AT_A_TIME)))
        for table in TABLES:
            _add_sheets(book, table.name, table.columns, _rows_of(table, batches), is_optional=True)
        typed = public_reports.public_report_rows(batch_number=batch_number)
        _add_sheets(book, public_reports.SHEET, public_reports.COLUMNS, typed, is_optional=True)
    with transaction.atomic(durable=True):
        record(
            "overview.written", actor=actor, now=now, subject=path.name[:80], details={"submissions": count}
        )
    return count


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """Give a workbook to fill, write it beside its place and move it there in one step."""
    # Only this command needs the library, and loading it takes a tenth of a second.
    from openpyxl import Workbook  # noqa: PLC0415

    with publish_file(path) as file:
        book = Workbook(write_only=True)
        try:
            yield book
            book.save(file)
        finally:
            for sheet in book.worksheets:
                if not sheet.closed:
                    sheet.close()


def _submission_rows(submissions: Iterable[Submission]) -> Iterator[Row]:
    for each in submissions:
        customer, place = each.customer, each.premise
        yield (
            each.reference,
            str(each.get_kind_display()),
            str(each.get_status_display()),
            _moment(each.received_at),
            customer.customer_number if customer else "",
            customer.full_name if customer else "",
            place.erp_id if place else "",
            f"{place.street_line}, {place.postal_code} {place.city}" if place else "",
            str(each.batch or ""),
            _moment(each.settled_at),
            each.reason,
            str(each.get_channel_display()),
        )


def _moment(moment: dt.datetime | None) -> str:
    """Return a moment in local time as people write it: ``22.11.2026 12:00``."""
    return f"{moment.astimezone(settings.UTILITY_TIME_ZONE):%d.%m.%Y %H:%M}" if moment else ""


def _rows_of(table: Table, batches: Iterable[ExportBatch]) -> Iterator[Row]:
    rows = chain.from_iterable(table.rows(batch, ",") for batch in batches)
    return (table.shown(row) for row in rows)


def _add_sheets(
    book: Any, title: str, columns: Row, rows: Iterator[Row], *, is_optional: bool = False
) -> int:
    """Add the rows on as many sheets as they need and return how many there are; optionally none."""
    count, sheets = 0, 0
    while (first := list(islice(rows, 1))) or not (sheets or is_optional):
        sheets += 1
        name = f"{title} {sheets}" if sheets > 1 else title
        count += _add_sheet(book, name, columns, chain(first, islice(rows, ROWS_PER_SHEET - 1)))
    return count


def _add_sheet(book: Any, title: str, columns: Row, rows: Iterator[Row]) -> int:
    """Add one sheet with its head and return how many rows it has."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number in range(len(columns)):
        sheet.column_dimensions[chr(ord("A") + number)].width = _COLUMN_WIDTH
    sheet.append([_text_cell(sheet, text) for text in columns])
    count = 0
    for row in rows:
        sheet.append([_text_cell(sheet, text) for text in row])
        count += 1
    return count


def _text_cell(sheet: Any, text: str) -> Any:
    """Return a cell that is and stays a text, also when somebody edits it."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    cell = WriteOnlyCell(sheet, _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text))
    cell.data_type = "s"
    cell.number_format = _TEXT_FORMAT
    cell.quotePrefix = True
    return cell
