"""Reading one file of a delivery into its staging table: only what is new or changed is looked into."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kundenportal.erp.inbound import staging
from kundenportal.erp.inbound.dialect import RowLimit, UnreadableText, detect_encoding, is_blank, line_blocks
from kundenportal.erp.inbound.formats import FileSpec
from kundenportal.erp.inbound.known_rows import KnownRows, hash_rows, row_hash_key
from kundenportal.erp.inbound.report import Report
from kundenportal.erp.inbound.rows import BadFields, HeaderRefused, RowParser
from kundenportal.erp.inbound.source import Source
from kundenportal.erp.inbound.values import Value

Progress = Callable[[str, int, int], None]
"""Told what is going on, such as a file's name, how much of it is done, and how much there is."""

REJECTED = "staged_rejected"
"""The staging table of refused rows (``file`` and ``key``): nothing is blamed for referring to them."""


@dataclass
class Scan:
    """What reading a file brought.

    ``is_complete`` is False when rows are missing from the staging table that nobody can name: then rows
    of other files that refer to this one cannot be told to be wrong.
    """

    spec: FileSpec
    known: KnownRows
    row_count: int = 0
    staged_count: int = 0
    is_complete: bool = True
    rejected: list[tuple[str, str]] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        """Whether any row is staged or any known row was not confirmed."""
        return bool(self.staged_count) or self.known.confirmed_count() < len(self.known)


def scan_file(
    spec: FileSpec,
    source: Source,
    known: KnownRows,
    report: Report,
    *,
    limit: RowLimit,
    progress: Progress,
) -> Scan:
    """Read a file, stage its new and changed rows and report its bad ones.

    Args:
        spec: the file's description.
        source: the delivery it is in.
        known: the rows the portal has of it; those that came again are confirmed in it.
        report: where faults and notes go.
        limit: how many rows the delivery may still have.
        progress: told as reading goes on.

    """
    staging.create_table(spec.table, {"line": "bigint", "row_hash": "bigint", **spec.staged})
    scan = Scan(spec, known)
    try:
        with source.open(spec.name) as stream:
            encoding = detect_encoding(stream)
        with source.open(spec.name) as stream:
            reader = _Reader(scan, report)
            for lines in limit.within(line_blocks(stream, encoding)):
                staged = list(reader.read_block(lines))
                scan.staged_count += len(staged)
                staging.insert_rows(spec.table, ["line", "row_hash", *spec.staged], staged)
                _keep_rejected(scan)
                progress(spec.name, stream.tell(), source.size(spec.name))
        reader.check_header_was_there()
    except UnreadableText as error:
        scan.is_complete = False
        report.add(spec.name, error.line, "", "", error.reason)
    except HeaderRefused as error:
        scan.is_complete = False
        report.add(spec.name, reader.line_number, "", "", str(error))
    staging.analyze(spec.table)
    return scan


def _keep_rejected(scan: Scan) -> None:
    if scan.rejected:
        staging.insert_rows(REJECTED, ["file", "key"], scan.rejected)
        scan.rejected.clear()


class _Reader:
    """The rows of one file, block by block, after its header."""

    def __init__(self, scan: Scan, report: Report) -> None:
        self._scan = scan
        self._report = report
        self._hash_key = row_hash_key()
        self._parser: RowParser | None = None
        self.line_number = 1

    def read_block(self, lines: list[bytes]) -> Iterator[tuple[Value, ...]]:
        """Yield what is to be staged of a block of lines.

        Raises:
            HeaderRefused: when the file's header does not fit.

        """
        if self._parser is None:
            header = next((place for place, line in enumerate(lines) if not is_blank(line)), None)
            if header is None:
                self.line_number += len(lines)
                return
            self.line_number += header
            self._parser = self._read_header(lines[header])
            self.line_number += 1
            lines = lines[header + 1 :]
        hashes = hash_rows(self._parser.canonical(lines), self._hash_key)
        places = self._scan.known.unconfirmed(hashes)
        self._scan.row_count += len(lines)
        if places:
            yield from self._read_rows(self._parser, lines, hashes, places)
        self.line_number += len(lines)

    def _read_rows(
        self, parser: RowParser, lines: list[bytes], hashes: "array[int]", places: list[int]
    ) -> Iterator[tuple[Value, ...]]:
        """Yield what is to be staged of the lines in these places."""
        numbers = [self.line_number + place for place in places]
        staged = parser.parse_block(
            [lines[place] for place in places], numbers, [hashes[place] for place in places]
        )
        if staged is not None:
            yield from staged
            return
        for number, place in zip(numbers, places, strict=True):
            if is_blank(lines[place]):
                self._scan.row_count -= 1
            elif (row := self._read_row(parser, lines[place], number)) is not None:
                yield number, hashes[place], *row

    def _read_header(self, line: bytes) -> RowParser:
        parser = RowParser(self._scan.spec, line)
        if parser.unknown:
            self._report.notes.append(
                _("%(file)s: Unbekannte Spalten bleiben unbeachtet: %(names)s.")
                % {"file": self._scan.spec.name, "names": ", ".join(parser.unknown)}
            )
        return parser

    def _read_row(self, parser: RowParser, line: bytes, number: int) -> tuple[Value, ...] | None:
        try:
            return parser.parse(line)
        except BadFields as error:
            for fault in error.faults:
                self._report.add(self._scan.spec.name, number, fault.column, fault.value, fault.reason)
            if error.key is None:
                self._scan.is_complete = False
            else:
                self._scan.rejected.append((self._scan.spec.name, error.key))
            return None

    def check_header_was_there(self) -> None:
        """Refuse a file without a single line.

        Raises:
            HeaderRefused: when there was none.

        """
        if self._parser is None:
            self.line_number = 0
            raise HeaderRefused(_("Die Datei ist leer."))
