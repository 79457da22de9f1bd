"""Reading a small file of the exchange format row by row, without staging it in the database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import IO

from django.utils.translation import gettext as _

from kundenportal.erp.inbound.dialect import RowLimit, UnreadableText, detect_encoding, is_blank, line_blocks
from kundenportal.erp.inbound.formats import FileSpec
from kundenportal.erp.inbound.report import FaultReport
from kundenportal.erp.inbound.rows import BadFields, HeaderRefused, RowParser
from kundenportal.erp.inbound.values import Value


def read_rows(
    opened: Callable[[], AbstractContextManager[IO[bytes]]],
    spec: FileSpec,
    *,
    name: str,
    report: FaultReport,
    most_rows: int | None,
) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """Yield the good rows of a file with their line numbers, and report the others.

    Args:
        opened: opens the file for reading; called twice, because the whole file tells its encoding.
        spec: the file's description.
        name: what the report calls the file.
        report: where faults and notes go.
        most_rows: how many lines the file may have, None for any number.

    """
    parser: RowParser | None = None
    number = 0
    try:
        with opened() as stream:
            encoding = detect_encoding(stream)
        with opened() as stream:
            for number, line in _numbered(RowLimit(most_rows).within(line_blocks(stream, encoding))):
                if parser is None:
                    parser = _header(line, spec, name, report)
                elif (row := _row(parser, line, number, name, report)) is not None:
                    yield number, row
        if parser is None:
            report.add(name, 0, "", "", _("Die Datei ist leer."))
    except UnreadableText as error:
        report.add(name, error.line, "", "", error.reason)
    except HeaderRefused as error:
        report.add(name, number, "", "", str(error))


def _header(line: bytes, spec: FileSpec, name: str, report: FaultReport) -> RowParser:
    parser = RowParser(spec, line)
    if parser.unknown:
        told = _("%(file)s: Unbekannte Spalten bleiben unbeachtet: %(names)s.")
        report.notes.append(told % {"file": name, "names": ", ".join(parser.unknown)})
    return parser


def _numbered(blocks: Iterator[list[bytes]]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers."""
    number = 0
    for lines in blocks:
        for line in lines:
            number += 1
            if not is_blank(line):
                yield number, line


def _row(
    parser: RowParser, line: bytes, number: int, name: str, report: FaultReport
) -> tuple[Value, ...] | None:
    try:
        return parser.parse(line)
    except BadFields as error:
        for fault in error.faults:
            report.add(name, number, fault.column, fault.value, fault.reason)
        return None
