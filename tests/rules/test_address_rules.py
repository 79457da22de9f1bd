"""Taking postal addresses apart and judging them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.addresses.rules import (
    Address,
    PostalCodeFault,
    Refusal,
    lacks_house_number,
    plain_city,
    plain_postal_code,
    postal_code_fault,
    refusal_of,
    split_street_line,
)
from kundenportal.core.countries import country_names

PRESENT = Address(
    salutation="Herr",
    first_name="Michael",
    last_name="Bauer",
    street="Lindenstraße",
    house_number="12",
    supplement="",
    postal_code="91560",
    city="Musterbach",
    country="DE",
    phone="",
    contact_email="m.bauer@beispiel.de",
)


@pytest.mark.parametrize(
    ("line", "street", "number"),
    [
        ("Lindenstraße 12", "Lindenstraße", "12"),
        ("  Lindenstraße   12 ", "Lindenstraße", "12"),
        ("Lindenstr.12a", "Lindenstr.", "12a"),
        ("Lindenstraße12", "Lindenstraße", "12"),
        ("Gartenweg 7 a", "Gartenweg", "7 a"),
        ("Weg 5 - 7", "Weg", "5 - 7"),
        ("Weg 5/2", "Weg", "5/2"),
        ("Straße des 17. Juni 135", "Straße des 17. Juni", "135"),
        ("Straße des 17. Juni", "Straße des 17. Juni", ""),
        ("C 4, 12", "C 4", "12"),
        ("Am Markt", "Am Markt", ""),
        ("12", "12", ""),
        ("", "", ""),
    ],
)
def test_a_line_is_street_and_house_number(line: str, street: str, number: str) -> None:
    assert split_street_line(line, "DE") == (street, number)


@pytest.mark.parametrize("line", ["12 rue de la Paix", "221B Baker Street", "Main Street 5"])
def test_a_line_of_a_far_country_stays_as_it_is(line: str) -> None:
    assert split_street_line(line, "FR") == (line, "")


@given(st.text(max_size=150), st.sampled_from(["DE", "FR"]))
def test_nothing_of_a_line_is_lost(line: str, country: str) -> None:
    street, number = split_street_line(line, country)
    kept = "".join((street + number).split()).replace(",", "")
    assert kept == "".join(line.split()).replace(",", "")


@pytest.mark.parametrize(
    ("typed", "country", "fault"),
    [
        ("91560", "DE", None),
        (" 91560 ", "DE", None),
        ("D-91560", "DE", None),
        ("de - 91560", "DE", None),
        ("9156", "DE", PostalCodeFault.WRONG_LENGTH),
        ("915600", "DE", PostalCodeFault.WRONG_LENGTH),
        ("9156O", "DE", PostalCodeFault.NO_DIGITS_ONLY),
        ("٩١٥٦٠", "DE", PostalCodeFault.NO_DIGITS_ONLY),
        ("A-1010", "AT", None),
        ("10100", "AT", PostalCodeFault.WRONG_LENGTH),
        ("8001", "CH", None),
        ("SW1A 2AA", "GB", None),
        ("-", "PA", None),
    ],
)
def test_a_postal_code_has_the_digits_of_its_country(
    typed: str, country: str, fault: PostalCodeFault | None
) -> None:
    assert postal_code_fault(plain_postal_code(typed), country) is fault


@pytest.mark.parametrize(
    ("typed", "city"), [("91560 Musterbach", "Musterbach"), (" Bad  Windsheim", "Bad Windsheim")]
)
def test_a_town_stands_without_its_postal_code(typed: str, city: str) -> None:
    assert plain_city(typed, "91560") == city


@pytest.mark.parametrize(
    ("change", "lacks"),
    [({}, False), ({"house_number": ""}, True), ({"house_number": "", "country": "FR"}, False)],
)
def test_a_missing_house_number_is_noticed_where_there_are_some(change: dict[str, str], lacks: bool) -> None:
    assert lacks_house_number(replace(PRESENT, **change)) is lacks


@pytest.mark.parametrize(
    ("change", "facts", "refusal"),
    [
        ({"city": "Augsburg"}, {}, None),
        ({"phone": "1"}, {}, None),
        ({}, {}, Refusal.UNCHANGED),
        ({"street": "Lindenstraße 12", "house_number": ""}, {}, Refusal.UNCHANGED),
        ({"city": "Augsburg"}, {"has_open_change": True}, Refusal.ALREADY_OPEN),
        ({"city": "Augsburg"}, {"has_ended": True, "has_open_change": True}, Refusal.CUSTOMER_ENDED),
    ],
)
def test_a_change_is_taken_or_refused_with_its_reason(
    change: dict[str, str], facts: dict[str, bool], refusal: Refusal | None
) -> None:
    told = {"has_ended": False, "has_open_change": False} | facts
    assert refusal_of(PRESENT, replace(PRESENT, **change), **told) is refusal


def test_countries_have_german_names_the_nearest_first() -> None:
    names = country_names("de")
    assert list(names)[:4] == ["DE", "AT", "CH", "AF"]
    assert (names["AT"], names["GB"], names["XK"]) == ("Österreich", "Vereinigtes Königreich", "Kosovo")
    assert list(names).index("EG") < list(names).index("AL") < list(names).index("ZW")
    assert country_names("en")["AT"] == "Austria"
    assert len(names) == len(set(names.values())) == 250
