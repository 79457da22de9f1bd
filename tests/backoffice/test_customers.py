"""``/verwaltung/kunden/``: a customer is found by whatever one knows of him."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.audit.models import AuditEntry
from kundenportal.customer_care.search import SHOWN
from kundenportal.customers.models import Customer
from tests.customers import make_findable
from tests.make import NOW, make_premise, make_register, make_user

CUSTOMERS = "/verwaltung/kunden/"


@pytest.fixture
def bauer(noon: None, db: None) -> Customer:
    """Michael Bauer in Lindenstraße 12, who signs in with another address than he is written to."""
    premise = make_findable(customer_number="0014026/1", contact_email="bauer@beispiel.de", phone="09872 123")
    make_register(premise, meter_number="1 EMH00 0451 2873")
    make_user(premise.customer, email="michael@beispiel.de")
    return premise.customer


@pytest.fixture
def others(bauer: Customer) -> list[Customer]:
    """A namesake elsewhere, a neighbour, a company and a lady with two names."""
    made = [
        make_findable("Gartenweg", "7 a"),
        make_findable(first_name="Petra", last_name="Weber"),
        make_findable("Am Markt", "1", first_name="", last_name="Gartenbau Huber GmbH"),
        make_findable("Dr.-Martin-Luther-Str.", "3", first_name="Eva", last_name="Müller-Lüdenscheid"),
    ]
    return [premise.customer for premise in made]


def found(desk: Client, search: str) -> list[str]:
    """Return the numbers of the customers that a search lists, in their order."""
    page = desk.get(CUSTOMERS, {"suche": search}).text
    return [
        number.replace("-", "/")
        for number in re.findall(r'data-row href="/verwaltung/kunden/([\d-]+)/', page)
    ]


def test_a_customer_is_found_by_whatever_one_knows(desk: Client, others: list[Customer]) -> None:
    for search in (
        "0014026/1", "14026", " 0014026 / 1 ", "Bauer Lindenstraße", "lindenstr. 12 bauer", "Bauer, Michael 12",
        "1EMH0004512873", "1 emh00-0451-2873", "michael@beispiel.de", "BAUER@Beispiel.de", "Herr Bauer linden",
    ):  # fmt: skip
        assert found(desk, search) == ["0014026/1"], search


def test_names_and_streets_are_found_in_every_spelling(desk: Client, others: list[Customer]) -> None:
    searches = {
        "gartenweg 7a": 0,
        "gartenweg 7": 0,
        "weber": 1,
        "huber": 2,
        "Lüdenscheid": 3,
        "muellerluedenscheid": 3,
        "martin luther strasse 3": 3,
    }
    for search, which in searches.items():
        assert found(desk, search) == [others[which].customer_number], search


def test_what_is_not_there_is_not_found(desk: Client, others: list[Customer]) -> None:
    for search in ("auer", "Bauer Marktplatz", "lindenstraße 1", "99999", "x@beispiel.de", "%", "_"):
        page = desk.get(CUSTOMERS, {"suche": search})
        assert page.status_code == 200
        assert "Keine Treffer." in page.text, search


def test_a_namesake_and_a_former_customer_are_found_with_the_present_ones_first(
    desk: Client, bauer: Customer, others: list[Customer]
) -> None:
    Customer.objects.filter(pk=bauer.pk).update(ended_at=NOW)
    assert found(desk, "bauer") == [others[0].customer_number, bauer.customer_number]


def test_a_customer_with_many_premises_is_listed_once(desk: Client, bauer: Customer) -> None:
    make_premise(bauer, street="Gartenweg")
    page = desk.get(CUSTOMERS, {"suche": "bauer"}).text
    assert page.count("data-row") == 1
    assert "und 1 weitere" in page


@pytest.mark.parametrize(
    ("search", "said"),
    [("", "Bitte geben Sie ein, was Sie vom Kunden wissen."), ("x" * 201, "Das ist zu lang.")],
)
def test_what_cannot_be_searched_for_is_said(desk: Client, bauer: Customer, search: str, said: str) -> None:
    page = desk.get(CUSTOMERS, {"suche": search})
    assert page.status_code == 422
    assert said in page.text


def test_the_page_asks_before_it_lists_anybody(desk: Client, bauer: Customer) -> None:
    page = desk.get(CUSTOMERS).text
    assert "Kundennummer, Name, Anschrift, Zählernummer oder E-Mail-Adresse" in page
    assert "data-row" not in page


def test_no_more_are_listed_than_one_can_read_and_it_takes_as_many_queries(
    desk: Client, bauer: Customer
) -> None:
    def count(search: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(CUSTOMERS, {"suche": search})
        return len(captured)

    few = count("bauer linden 12")
    for number in range(SHOWN):
        make_findable(first_name=f"Anton {number}")
    assert count("bauer linden 12") == few <= 8
    page = desk.get(CUSTOMERS, {"suche": "bauer linden"}).text
    assert page.count("data-row") == SHOWN
    assert "Es gibt mehr als 50 Treffer." in page


def test_searching_opens_nobody(desk: Client, bauer: Customer) -> None:
    found(desk, "bauer")
    assert not AuditEntry.objects.exists()
