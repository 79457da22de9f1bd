"""How bytes become rows, whatever the encoding, the line ends, and where a block ends."""

import csv
import io
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.erp.inbound import dialect
from kundenportal.erp.inbound.dialect import (
    BrokenQuoting,
    UnreadableText,
    detect_encoding,
    is_blank,
    join_row,
    line_blocks,
    split_row,
)

CP1252 = "".join(
    bytes([byte]).decode("cp1252") for byte in range(32, 256) if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
)
fields = st.lists(st.text(CP1252 + "\n", max_size=12), min_size=1, max_size=5)
rows = st.lists(fields.filter(any), min_size=1, max_size=8)


def read(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the fields of every row that is not blank."""
    number = 0
    for lines in line_blocks(io.BytesIO(content), detect_encoding(io.BytesIO(content))):
        for line in lines:
            number += 1
            if not is_blank(line):
                yield number, split_row(line)


@given(rows, st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]), st.sampled_from(["\n", "\r\n"]), st.data())
def test_what_a_csv_writer_writes_is_read_again(rows, encoding, line_end, data):
    """Rows of nothing but blanks and separators are blank lines and left out on both sides."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(rows)
    content = text.getvalue().replace("\n", line_end).encode(encoding)
    if encoding == "cp1252" and detect_encoding(io.BytesIO(content)) == "utf-8":
        return  # These bytes are good UTF-8 by chance, which nobody can tell.
    with patch.object(dialect, "_BLOCK_BYTES", data.draw(st.integers(1, 60))):
        found = [fields for _number, fields in read(content)]

    assert found == [row for row in rows if not is_blank(join_row(row))]


@given(st.lists(st.text(CP1252, max_size=12), min_size=1, max_size=6))
def test_one_spelling_of_a_row_is_read_as_that_row(fields):
    assert split_row(join_row(fields)) == fields


@given(st.binary(max_size=300), st.integers(1, 40))
def test_where_a_block_ends_makes_no_difference(content, size):
    def outcome(block_bytes: int) -> object:
        with patch.object(dialect, "_BLOCK_BYTES", block_bytes):
            try:
                encoding = detect_encoding(io.BytesIO(content))
                lines = [line for block in line_blocks(io.BytesIO(content), encoding) for line in block]
            except UnreadableText as error:
                return error.line
            return [line for line in lines if line]

    assert outcome(size) == outcome(1 << 18)


def test_lines_are_counted_through_fields_over_several_lines():
    content = b'a;b\n1;"x\ny\nz"\n\n2;w\n'

    assert list(read(content)) == [(1, ["a", "b"]), (2, ["1", "x\ny\nz"]), (6, ["2", "w"])]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (b"a;b;", ["a", "b", ""]),
        (b'"a;b";c', ["a;b", "c"]),
        (b'"a ""b"" c";d', ['a "b" c', "d"]),
        (b'1/2" Rohr;x', ['1/2" Rohr', "x"]),
        (b' "a";b', [' "a"', "b"]),
    ],
)
def test_quotes_are_understood(line, fields):
    assert split_row(line) == fields


@pytest.mark.parametrize("line", [b'"a;b', b'a;"b"c;d', b'"a" ;b', b'a;"b""'])
def test_broken_quotes_are_refused(line):
    with pytest.raises(BrokenQuoting):
        split_row(line)


def test_one_wrong_byte_at_the_end_makes_a_file_windows_1252():
    content = "Öd".encode() * 200_000

    assert detect_encoding(io.BytesIO(content)) == "utf-8"
    assert detect_encoding(io.BytesIO(content + b"\xe4")) == "cp1252"
