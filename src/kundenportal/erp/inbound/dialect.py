"""The dialect of an exchange file: bytes in, numbered rows of text fields out.

Separator ``;``, quote ``"``, UTF-8 with or without byte order mark or Windows-1252, LF or CRLF, blank lines
ignored (interfaces.md, "Master data delivery"). Reading goes block by block, so that a file of any size
takes the same memory, and stays in bytes, because most rows of most deliveries are never looked into.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator
from typing import IO, Literal

from django.utils.translation import gettext as _

from kundenportal.core.german_numbers import format_number

SEPARATOR = ";"
MAX_LINE_BYTES = 100_000
"""No row of the format comes near; a file without line ends must not fill the memory."""
MAX_QUOTED_LINES = 20
"""How many lines a quoted field may span before its quote counts as forgotten."""

_BLOCK_BYTES = 1 << 18
_QUOTE = b'"'
Encoding = Literal["utf-8", "cp1252"]


class UnreadableText(Exception):
    """The file cannot be read as text from ``line`` on."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class BrokenQuoting(Exception):
    """A row's quotes cannot be understood."""


class RowLimit:
    """How many lines the files of one delivery may have together: counted while they are read.

    A small ZIP file can unpack to hundreds of millions of rows, each of which costs time and room.
    """

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._left = most

    def within(self, blocks: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
        """Yield the lines of a file as long as they are not too many.

        Raises:
            UnreadableText: at the first line that is too many; nothing of its block is yielded.

        """
        number = 1
        for lines in blocks:
            if self._left is not None:
                if len(lines) > self._left:
                    told = _("Die Lieferung hat mehr als %(most)s Zeilen; hier wird nicht weiter gelesen.")
                    values = {"most": format_number(self._most or 0)}
                    raise UnreadableText(told % values, number + self._left)
                self._left -= len(lines)
            number += len(lines)
            yield lines


def detect_encoding(stream: IO[bytes]) -> Encoding:
    """Return the encoding of a whole file: UTF-8 if every byte of it is, else Windows-1252.

    A single wrong byte decides, wherever it stands, so the answer never depends on the size of a block.

    Raises:
        UnreadableText: when the file begins like UTF-16.

    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_first = True
    try:
        while block := stream.read(_BLOCK_BYTES):
            if is_first and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise UnreadableText(_("Die Datei ist in UTF-16 geschrieben; erwartet wird UTF-8."), 1)
            is_first = False
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def line_blocks(stream: IO[bytes], encoding: Encoding) -> Iterator[list[bytes]]:
    """Yield a file's lines in UTF-8, without line ends and byte order mark, a block of lines at a time.

    A row that spans lines, because a quoted field holds line ends, is yielded in the place of its first
    line; the places of its other lines are empty, so that counting lines stays right.

    Raises:
        UnreadableText: for a byte that Windows-1252 does not know, or a line longer than any row can be.

    """
    rest, line_number, is_first = b"", 1, True
    while block := stream.read(_BLOCK_BYTES):
        if encoding == "cp1252":
            block = _to_utf8(block, line_number + rest.count(b"\n"))
        whole, newline, rest = (rest + block).rpartition(b"\n")
        if len(rest) > MAX_LINE_BYTES:
            raise UnreadableText(_("Die Zeile ist zu lang."), line_number + whole.count(b"\n") + len(newline))
        if newline:
            lines, kept = _lines(whole, is_first=is_first, is_last=False)
            rest = b"\n".join([*kept, rest])
            yield lines
            line_number, is_first = line_number + len(lines), False
    if rest:
        yield _lines(rest, is_first=is_first, is_last=True)[0]


def _lines(block: bytes, *, is_first: bool, is_last: bool) -> tuple[list[bytes], list[bytes]]:
    """Split a block into lines, and those at its end that need the next block to be understood."""
    if is_first:
        block = block.removeprefix(codecs.BOM_UTF8)
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").removesuffix(b"\r")
    lines = block.split(b"\n")
    if _QUOTE not in block:
        return lines, []
    for number, line in enumerate(lines):
        if line.count(_QUOTE) % 2 and _is_open(line) and not _join_following(lines, number):
            is_cut = not is_last and number + MAX_QUOTED_LINES > len(lines)
            if is_cut:
                return lines[:number], lines[number:]
    return lines, []


def _join_following(lines: list[bytes], number: int) -> bool:
    """Join a line with those that close its quote; tell whether any do."""
    for end in range(number + 2, min(number + MAX_QUOTED_LINES, len(lines)) + 1):
        if lines[end - 1].count(_QUOTE) % 2:
            row = b"\n".join(lines[number:end])
            if not _is_open(row):
                lines[number:end] = [row] + [b""] * (end - number - 1)
                return True
    return False


def _is_open(row: bytes) -> bool:
    try:
        split_row(row)
    except BrokenQuoting:
        return True
    return False


def _to_utf8(block: bytes, line_number: int) -> bytes:
    try:
        return block.decode("cp1252").encode()
    except UnicodeDecodeError as error:
        raise UnreadableText(
            _("Das Byte 0x%(byte)02X ist weder UTF-8 noch Windows-1252.") % {"byte": block[error.start]},
            line_number + block.count(b"\n", 0, error.start),
        ) from error


def is_blank(line: bytes) -> bool:
    """Tell whether a line holds nothing but blanks and separators, as spreadsheets leave them behind."""
    return not line.strip(b"; \t")


def split_row(line: bytes) -> list[str]:
    """Return the fields of a row.

    Raises:
        BrokenQuoting: when a quote is not closed, or something follows a closed quote.

    """
    text = line.decode()
    if _QUOTE not in line:
        return text.split(SEPARATOR)
    try:
        rows = list(csv.reader([text], delimiter=SEPARATOR, strict=True))
    except csv.Error as error:
        raise BrokenQuoting from error
    return rows[0]


def join_row(fields: list[str]) -> bytes:
    """Return the one spelling of a row: only fields that need quotes have them."""
    return SEPARATOR.join([_quoted(field) for field in fields]).encode()


def _quoted(field: str) -> str:
    if SEPARATOR in field or '"' in field or "\n" in field:
        return '"' + field.replace('"', '""') + '"'
    return field
