"""``/`` and ``/auswahl/``: which premise does a visit begin with, and how is another one chosen?"""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kundenportal.linking.models import AccountLink
from tests.make import NOW, TODAY, make_customer, make_premise, make_register, make_user
from tests.personas import sign_in

pytestmark = pytest.mark.django_db

URL = "/auswahl/"
EMPTY = "Zu diesem Konto gehört keine aktive Verbrauchsstelle. Bitte wenden Sie sich an uns."


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_start_page_leads_the_signed_out_to_the_sign_in_page(client: Client) -> None:
    response = client.get("/")

    assert (response.status_code, response.headers["Location"]) == (302, "/anmelden/")


def test_the_start_page_leads_to_the_only_premise(client: Client) -> None:
    premise = make_premise()
    sign_in(client, make_user(premise.customer))

    response = client.get("/")

    assert response.headers["Location"] == f"/vs/{premise.public_id}/"


def test_the_start_page_leads_to_the_only_premise_that_is_still_supplied(client: Client) -> None:
    customer = make_customer()
    make_premise(customer, end_date=TODAY - dt.timedelta(days=30))
    current = make_premise(customer)
    sign_in(client, make_user(customer))

    assert client.get("/").headers["Location"] == f"/vs/{current.public_id}/"


def test_the_start_page_leads_to_the_selection_while_none_of_several_is_chosen(client: Client) -> None:
    sign_in(client, make_user(make_premise().customer, make_premise().customer))

    assert client.get("/").headers["Location"] == URL


def test_the_start_page_leads_to_the_premise_opened_last(client: Client) -> None:
    first, second = make_premise(), make_premise()
    sign_in(client, make_user(first.customer, second.customer))

    client.get(f"/vs/{second.public_id}/")

    assert client.get("/").headers["Location"] == f"/vs/{second.public_id}/"


def test_the_start_page_forgets_a_premise_whose_grant_ended(client: Client) -> None:
    kept, lost, other = make_premise(), make_premise(), make_premise()
    sign_in(client, make_user(kept.customer, lost.customer, other.customer))
    client.get(f"/vs/{lost.public_id}/")
    AccountLink.objects.filter(customer=lost.customer).update(ended_at=NOW)

    assert client.get("/").headers["Location"] == URL


def test_the_selection_lists_all_accounts_and_premises(client: Client) -> None:
    bauer = make_customer(customer_number="0014026/1")
    weber = make_customer(customer_number="0010224/1", first_name="Petra", last_name="Weber")
    home, shop = make_premise(bauer), make_premise(bauer, street="Gartenweg", house_number="7a")
    church = make_premise(weber, street="Am Kirchberg", house_number="3")
    make_register(church, division="gas")
    sign_in(client, make_user(bauer, weber))

    page = client.get(URL).text

    assert "Alles, was Sie sehen und ändern, gilt für die gewählte Verbrauchsstelle." in page
    for premise in (home, shop, church):
        assert f'href="/vs/{premise.public_id}/"' in page
        assert f"{premise.street_line}, Musterbach" in page
    assert "Petra Weber" in page
    assert "0010224/1" in page
    assert "art--gas" in page
    assert "Gewählt" not in page


def test_the_selection_marks_the_chosen_and_the_ended(client: Client) -> None:
    customer = make_customer()
    chosen = make_premise(customer)
    make_premise(customer, end_date=TODAY - dt.timedelta(days=30))
    sign_in(client, make_user(customer))
    client.get(f"/vs/{chosen.public_id}/")

    page = client.get(URL).text

    assert page.count("Gewählt") == 1
    assert page.count("Beendet") == 1
    assert f'href="/vs/{chosen.public_id}/" aria-current="true"' in page


def test_a_premise_that_ended_long_ago_is_not_listed(client: Client) -> None:
    premise = make_premise(end_date=TODAY.replace(year=TODAY.year - 3) - dt.timedelta(days=1))
    sign_in(client, make_user(premise.customer))

    assert EMPTY in client.get(URL).text


def test_a_login_without_premises_is_told_kindly(client: Client) -> None:
    sign_in(client, make_user(make_customer()))

    assert client.get("/").headers["Location"] == URL
    page = client.get(URL).text
    assert EMPTY in page
    assert "tel:098720000332" in page


def test_a_choice_opens_the_function_the_customer_came_from(client: Client) -> None:
    premise = make_premise()
    sign_in(client, make_user(premise.customer))

    assert f'href="/vs/{premise.public_id}/zaehlerstaende/"' in client.get(f"{URL}?bereich=readings").text
    assert f'href="/vs/{premise.public_id}/"' in client.get(f"{URL}?bereich=unfug").text


def test_the_selection_can_be_searched_from_eight_entries_on(client: Client) -> None:
    customer = make_customer(first_name="Petra", last_name="Weber")
    for number in range(1, 8):
        make_premise(customer, street="Gartenweg", house_number=str(number))
    user = make_user(customer)
    sign_in(client, user)
    assert 'role="search"' not in client.get(URL).text

    make_premise(customer, street="Am Kirchberg", house_number="3")

    assert 'role="search"' in client.get(URL).text


@pytest.mark.parametrize(
    ("search", "found"),
    [("kirchberg", 1), ("KIRCH weber", 1), ("weber", 8), ("garten 7", 1), ("91560", 8), ("Hauptstraße", 0)],
)
def test_a_search_finds_street_name_and_number(client: Client, search: str, found: int) -> None:
    customer = make_customer(customer_number="0000099/1", first_name="Petra", last_name="Weber")
    for number in range(1, 8):
        make_premise(customer, street="Gartenweg", house_number=str(number))
    make_premise(customer, street="Am Kirchberg", house_number="3")
    sign_in(client, make_user(customer))

    page = client.get(URL, {"suche": search}).text

    assert page.count('class="zeile"') == found
    assert f'value="{search}"' in page
    assert ("Keine Treffer." in page.partition("hidden>Keine Treffer")[0]) == (found == 0)


def test_the_selection_shows_nothing_of_other_people(client: Client) -> None:
    stranger = make_premise(street="Geheimgasse")
    make_user(stranger.customer, email="a@beispiel.de")
    sign_in(client, make_user(make_premise().customer))

    assert "Geheimgasse" not in client.get(URL).text


def test_the_selection_asks_the_signed_out_to_sign_in(client: Client) -> None:
    response = client.get(URL)

    assert (response.status_code, response.headers["Location"]) == (303, "/anmelden/?weiter=%2Fauswahl%2F")


@pytest.mark.parametrize("premises", [1, 20])
def test_the_selection_needs_the_same_few_queries_for_any_number_of_premises(
    client: Client, premises: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    customer = make_customer()
    for _ in range(premises):
        make_register(make_premise(customer))
    sign_in(client, make_user(customer))
    client.get(URL)

    with django_assert_max_num_queries(3):
        client.get(URL)
