"""Whether the text of a document names its customer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.customer_numbers import CustomerNumberPattern
from kundenportal.documents.rules import names_customer, numbers_named

NUMBER = "0012345/1"


@pytest.mark.parametrize(
    "text",
    [
        "Kundennummer 0012345/1",
        "0012345/1",
        "0012345",
        "Ihre Nummer: 0012345.",
        "0012345 / 1",
        "001 2345/1",
        "0 0 1 2 3 4 5 / 1",
        "Kundennummer: 12345",
        "KUNDENNUMMER\n12345/1",
        "Kunden-Nr. 12345",
        "Kunden Nr.: 12345",
        "Kd.-Nr. 12 345",
        "KdNr 12345",
        "Kundenkonto 12345",
        "Kundenkontonummer: 0012345",
        "Vertragskonto 12345",
        "Rechnung Nr. 7 vom 3.4.2026 für Kundennummer\u00a00012345/1, Seite 1",
        "(0012345)",
        "Datum 20.01.2026 0012345/1 Seite 1",
        "Seite 1\n0012345/1\n0012346/1",
        "Kundennummer\uff1a００１２３４５",
    ],
)
def test_a_number_is_found_in_every_spelling(text: str) -> None:
    assert names_customer(text, NUMBER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kundennummer",
        "12345 Musterstadt",
        "Betrag 12345 Euro",
        "0012346/1",
        "Kundennummer 12346",
        "Kundennummer 123456",
        "Kundennummer 0012345/2",
        "0012345/2",
        "0012345/12",
        "Zähler 90012345",
        "Zähler 00123450",
        "9 001 2345",
        "Summe 0012345,70",
        "1.0012345",
        "Kundennummer 99 12345",
        "Kundennummer und Postleitzahl 12345",
        "Unsere Kunden 12345",
        "Kundendienst 12345",
    ],
)
def test_another_number_is_not_taken_for_it(text: str) -> None:
    assert not names_customer(text, NUMBER)


def test_a_short_number_counts_only_behind_a_word_for_it() -> None:
    assert not names_customer("Hausnummer 042/1", "042/1")
    assert not names_customer("042", "042/1")
    assert names_customer("Kundennummer 042/1", "042/1")
    assert names_customer("Kd-Nr: 42", "042/1")


@given(
    st.integers(min_value=1, max_value=9_999_999),
    st.sampled_from(["{}/1", "{}", "Kundennummer {}"]),
    st.text(alphabet=st.characters(categories=["L", "P", "Zs"], exclude_characters="/.,"), max_size=30),
)
def test_a_number_among_words_is_found_and_its_neighbour_is_not(number: int, form: str, words: str) -> None:
    text = f"{words}\n{form.format(f'{number:07d}')}\n{words}"

    assert names_customer(text, f"{number:07d}/1")
    assert not names_customer(text, f"{number % 9_999_999 + 1:07d}/1")


@given(st.text())
def test_no_text_breaks_the_search(text: str) -> None:
    assert names_customer(text, NUMBER) in {True, False}
    assert isinstance(numbers_named(text, CustomerNumberPattern()), list)


def test_the_numbers_named_instead_are_told_once_each() -> None:
    text = "0012346/1 und 0014026/1, noch einmal 0012346/1; 12345/1; 0012347/2; 90012348/1; 0012349/12"

    assert numbers_named(text, CustomerNumberPattern()) == ["0012346/1", "0014026/1"]


def test_the_pattern_of_the_utility_counts() -> None:
    assert numbers_named("001234/10 0012345/1", CustomerNumberPattern(digits=6, suffix="10")) == ["001234/10"]
