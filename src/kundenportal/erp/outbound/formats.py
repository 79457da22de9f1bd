"""Rows to bytes: CSV in the dialect of the deliveries, or JSON Lines with the same content."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kundenportal.erp.outbound.tables import Row


@dataclass(frozen=True)
class FileFormat:
    """How a table becomes a file."""

    suffix: str
    decimal_mark: str
    header: Callable[[Row], bytes]
    encode: Callable[[Row, Sequence[Row]], bytes]


def _csv_lines(_columns: Row, rows: Sequence[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _csv_header(columns: Row) -> bytes:
    return _csv_lines(columns, [columns])


def _json_lines(columns: Row, rows: Sequence[Row]) -> bytes:
    objects = (dict(zip(columns, row, strict=True)) for row in rows)
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects).encode()


def _no_header(_columns: Row) -> bytes:
    return b""


FORMATS = {
    "csv": FileFormat("csv", ",", _csv_header, _csv_lines),
    "json": FileFormat("jsonl", ".", _no_header, _json_lines),
}
"""By the word that ``--format`` and ``ExportBatch.format`` know it by."""
