"""Small deliveries of documents for tests."""

import csv
import io
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from kundenportal.erp.inbound.document_import import import_documents
from kundenportal.erp.inbound.document_report import DocumentReport
from kundenportal.erp.inbound.source import open_source
from tests.make import NOW
from tests.pdfs import make_pdf

NUMBER, OTHER = "0012345/1", "0012346/1"

Row = dict[str, str]


def row(place: int = 1, **values: str) -> Row:
    """Return a row of the list: the bill of the first customer unless told otherwise."""
    return {
        "dokument": f"D{place}",
        "kundennummer": NUMBER,
        "verbrauchsstelle": "",
        "art": "rechnung",
        "titel": f"Rechnung {place}",
        "datum": "2026-01-20",
        "datei": f"pdf/{place}.pdf",
    } | values


def bill(number: str = NUMBER, *lines: str) -> bytes:
    """Return a PDF that names a customer."""
    return make_pdf((f"Kundennummer {number}", *lines))


def write_documents(
    directory: Path, *rows: Row, files: Mapping[str, bytes | None] | None = None, raw: bytes | None = None
) -> Path:
    """Write a delivery: the list, and for each row a bill that names its customer.

    ``files`` replaces the contents of some, or leaves them out with None; ``raw`` is the whole list instead.
    """
    contents: dict[str, bytes | None] = {
        each["datei"]: bill(each["kundennummer"], each["titel"]) for each in rows
    }
    contents |= files or {}
    for path, content in contents.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        if content is not None:
            target.write_bytes(content)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row()), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (directory / "dokumente.csv").write_bytes(raw if raw is not None else text.getvalue().encode())
    return directory


def run(path: Path, *, is_dry_run: bool = False, **values: Any) -> DocumentReport:
    """Import a delivery and return the report."""
    return import_documents(
        open_source(path),
        is_dry_run=is_dry_run,
        now=values.get("now", NOW),
        progress=lambda _name, _done, _size: None,
    )


def command(name: str, *arguments: str) -> tuple[int, str]:
    """Run a command and return its exit code and what it printed."""
    out = StringIO()
    try:
        call_command(name, *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def faults(report: DocumentReport) -> list[tuple[int, str, str, str]]:
    """Return line, column, value and reason of what was wrong."""
    return [(each.line, each.column, each.value, each.reason) for each in report.sorted_faults()]


def counts(report: DocumentReport) -> dict[str, int]:
    """Return how many documents went which way, where any did."""
    return {name: count for name, count in report.counts().items() if count}
