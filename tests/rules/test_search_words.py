"""The words that customers are found by, and those that a search means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.search_words import (
    MOST_WORDS,
    SearchTerm,
    terms_of,
    words_of_address,
    words_of_customer,
    words_of_name,
)

LINDEN = ("Lindenstraße", "12", "91560", "Musterbach")


def finds(search: str, words: str) -> bool:
    """Tell whether each term of a search has a word."""
    return all(
        any(word == term.text if term.is_whole else word.startswith(term.text) for word in words.split(" "))
        for term in terms_of(search)
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Bauer", ("bauer",)),
        ("Dr. Groß", ("gross",)),
        ("Müller-Lüdenscheid", ("mueller", "luedenscheid", "muellerluedenscheid")),
        ("Herr", ("herr",)),
        ("Gartenbau Huber GmbH", ("gartenbau", "huber", "gmbh", "gartenbauhubergmbh")),
        ("", ()),
    ],
)
def test_a_name_is_found_by_its_words_and_all_of_them_as_one(name: str, words: tuple[str, ...]) -> None:
    assert words_of_name(name) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (LINDEN, "lindenstrasse 12 91560 musterbach"),
        (("Lindenstr.", "12 A", "91560", "Musterbach"), "lindenstrasse 12a 12 91560 musterbach"),
        (
            ("Am Münsterweg", "3-5", "91560", "Bad Bach"),
            "am muensterweg ammuensterweg 35 3 5 91560 bad bach",
        ),
        (("Linden Straße", "", "91560", "Linden"), "linden strasse lindenstrasse 91560"),
        (
            ("10 Downing Street", "", "SW1A 2AA", "London"),
            "10 downing street 10downingstreet sw1a 2aa london",
        ),
    ],
)
def test_an_address_is_found_by_street_number_and_place(address: tuple[str, ...], words: str) -> None:
    assert words_of_address(*address) == words


def test_a_customer_s_address_comes_last_in_one_piece_and_no_word_twice() -> None:
    address = words_of_address("Bauerstraße", "1", "91560", "Bauer")
    words = words_of_customer(
        first_name="Eva", last_name="Bauer", contact_email="eva@beispiel.de", address=address
    )
    assert words == f"eva eva@beispiel.de {address}"


@pytest.mark.parametrize(
    "search",
    [
        "bauer",
        "Michael Bauer",
        "Bauer, Michael",
        "Herr Dr. Bauer",
        "BAUE",
        "bauer lindenstraße",
        "Bauer Lindenstr. 12",
        "Linden Straße 12",
        "lindenstrasse 12 91560",
        "91560 musterbach bauer",
        "91560",
        "m.bauer@beispiel.de",
        "M.Bauer@",
    ],
)
def test_a_customer_is_found_by_what_one_knows_of_him(search: str) -> None:
    words = words_of_customer(
        first_name="Michael",
        last_name="Bauer",
        contact_email="m.bauer@beispiel.de",
        address=words_of_address(*LINDEN),
    )
    assert finds(search, words)


@pytest.mark.parametrize("search", ["bauer 1", "bauer 120", "weber lindenstraße", "auer", "12a", "915 bauer"])
def test_a_customer_is_not_found_by_what_is_another_s(search: str) -> None:
    words = words_of_customer(
        first_name="Michael", last_name="Bauer", contact_email="", address=words_of_address(*LINDEN)
    )
    assert not finds(search, words)


def test_a_house_number_is_found_with_and_without_its_letter() -> None:
    words = words_of_address("Gartenweg", "7 a", "91560", "Musterbach")
    assert finds("gartenweg 7a", words)
    assert finds("gartenweg 7 A", words)
    assert finds("gartenweg 7", words)
    assert not finds("gartenweg 7b", words)


@pytest.mark.parametrize("search", ["", " ", "-", "/.,"])
def test_nothing_typed_means_nobody(search: str) -> None:
    assert terms_of(search) == []


@pytest.mark.parametrize("search", ["Straße", "Str.", "Dr."])
def test_a_word_that_does_not_tell_counts_when_it_is_alone(search: str) -> None:
    assert len(terms_of(search)) == 1


@given(st.text(max_size=60))
def test_no_search_means_too_much_or_breaks(search: str) -> None:
    terms = terms_of(search)
    assert len(terms) <= MOST_WORDS
    assert all(isinstance(term, SearchTerm) and term.text and " " not in term.text for term in terms)


@given(st.lists(st.text(max_size=12), min_size=4, max_size=4))
def test_the_words_of_any_address_are_different_and_have_no_blanks(address: list[str]) -> None:
    words = words_of_address(*address)
    parts = words.split(" ") if words else []
    assert len(set(parts)) == len(parts)
    assert all(parts)


@given(st.text(min_size=1, max_size=30))
def test_a_name_finds_itself(name: str) -> None:
    assert finds(name, " ".join(words_of_name(name))) or "@" in name or any(map(str.isdigit, name))
