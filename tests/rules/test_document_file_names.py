"""What a file's name says of a document, and when a delivery needs a second person."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.customer_numbers import CustomerNumberPattern
from kundenportal.documents.file_names import NamedFile, id_of_file_name, read_file_name
from kundenportal.documents.rules import needs_second_person

KINDS = ("rechnung", "vertrag")
TODAY = dt.date(2026, 11, 22)
BILL = NamedFile("0012345/1", "rechnung", dt.date(2026, 1, 20), "Jahresabrechnung 2025")


def read(name: str) -> NamedFile | None:
    return read_file_name(name, pattern=CustomerNumberPattern(), kinds=KINDS, today=TODAY)


@pytest.mark.parametrize(
    "name",
    [
        "0012345-1_rechnung_2026-01-20_Jahresabrechnung 2025.pdf",
        "12345_Rechnung_20.01.2026_Jahresabrechnung_2025.PDF",
        "0012345_rechnung_20012026_ Jahresabrechnung__2025 .pdf",
        "ordner/0012345-1_rechnung_2026-01-20_Jahresabrechnung 2025.pdf",
    ],
)
def test_a_name_is_read_in_any_spelling(name: str) -> None:
    assert read(name) == BILL


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Scan.pdf",
        "0012345-1_rechnung_2026-01-20_Titel.docx",
        "0012345-1_rechnung_2026-01-20.pdf",
        "0012345-1_rechnung_2026-01-20_.pdf",
        "0012345-2_rechnung_2026-01-20_Titel.pdf",
        "0012345-1_brief_2026-01-20_Titel.pdf",
        "0012345-1_rechnung_2026-02-30_Titel.pdf",
        "0012345-1_rechnung_heute_Titel.pdf",
        "0012345-1_rechnung_2062-01-20_Titel.pdf",
    ],
)
def test_a_name_that_lacks_something_is_not_guessed(name: str) -> None:
    assert read(name) is None


@given(st.text(max_size=80))
def test_any_name_is_read_or_not_and_never_breaks(name: str) -> None:
    named = read(name)
    assert named is None or (named.title and len(named.title) <= 200)
    assert len(id_of_file_name(name)) <= 40


def test_the_same_name_has_the_same_id_wherever_it_lies() -> None:
    assert id_of_file_name("a/Rechnung.PDF") == id_of_file_name("rechnung.pdf")
    assert id_of_file_name("a.pdf") != id_of_file_name("b.pdf")


@pytest.mark.parametrize(
    ("documents", "quarantined", "is_needed"),
    [
        (500, 10, False),
        (501, 0, True),
        (500, 11, True),
        (50, 1, False),
        (50, 2, True),
        (49, 49, False),
        (0, 0, False),
    ],
)
def test_large_and_doubtful_deliveries_need_a_second_person(
    documents: int, quarantined: int, is_needed: bool
) -> None:
    assert needs_second_person(documents=documents, quarantined=quarantined, release_above=500) == is_needed
