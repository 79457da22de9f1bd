"""Tables for spreadsheets."""

import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.spreadsheets import cell_text, csv_file, csv_lines

READABLE = st.characters(exclude_categories=["Cs", "Cc"])


@given(st.lists(st.lists(st.text(READABLE), min_size=2, max_size=4), max_size=5))
def test_every_text_is_read_as_it_was_written_but_for_the_apostrophe(rows: list[list[str]]) -> None:
    lines = csv_lines(rows).decode().splitlines(keepends=True)
    assert list(csv.reader(lines, delimiter=";")) == [[cell_text(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM", " =1+1", "＝1", "\t=1", "\r=1"])
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert csv_lines([[text]]).decode().lstrip('"').startswith("'")


@pytest.mark.parametrize("text", ["-", "+", "- -", "Müller-Lüdenscheidt", "m@beispiel.de", ""])
def test_what_is_no_formula_is_printed_as_it_is(text: str) -> None:
    assert cell_text(text) == text


def test_numbers_are_written_with_a_comma_and_their_minus() -> None:
    assert csv_lines([["a", 24318, Decimal("-1.50")]]) == b"a;24318;-1,5\r\n"


def test_a_file_begins_with_the_mark_by_which_spreadsheets_know_utf_8() -> None:
    assert csv_file([["Zähler"]]) == b"\xef\xbb\xbf" + "Zähler\r\n".encode()


def test_a_list_for_a_printer_ends_its_rows_as_its_dialect_does() -> None:
    assert csv_lines([["a", "b"]], line_end="\n") == b"a;b\n"
