"""Tables in files that people open in a spreadsheet; the billing system's own dialect is ``erp``'s."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from kundenportal.core.german_numbers import decimal_text

CSV = "text/csv; charset=utf-8"
"""The media type of such a file."""

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By this a spreadsheet knows UTF-8."""

Cell = str | int | Decimal
Rows = Iterable[Iterable[Cell]]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_file(rows: Rows) -> bytes:
    """Return a whole file: ``csv_lines`` behind a byte order mark."""
    return BYTE_ORDER_MARK.encode() + csv_lines(rows)


def csv_lines(rows: Rows, *, line_end: str = "\r\n") -> bytes:
    """Return rows as spreadsheets in German read them: UTF-8, ``;`` between the cells, decimal comma.

    Args:
        rows: the rows, the columns' names among them. A text is written as ``cell_text`` makes it, a number
            as it is, its minus with it.
        line_end: what ends a row.

    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator=line_end)
    writer.writerows(map(_written, row) for row in rows)
    return text.getvalue().encode()


def cell_text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    One that begins with ``=``, ``+``, ``-`` or ``@``, also full-width or behind blanks, gets an apostrophe in
    front (OWASP, "CSV Injection"; security.md A16). What has neither letter nor digit, such as a dash in the
    place of a name, computes nothing and stays as it is: a printer would print the apostrophe.
    """
    is_formula = value.lstrip(" ").startswith(_FORMULA_STARTS) and any(map(str.isalnum, value))
    return f"'{value}" if is_formula else value


def _written(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell_text(cell)
    return decimal_text(cell, ",") if isinstance(cell, Decimal) else str(cell)
