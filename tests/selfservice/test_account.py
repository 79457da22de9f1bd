"""``/konto/``: the Kontoverwaltung."""

import re

import pytest
from django.test import Client

from tests.make import Household, make_customer, make_user
from tests.personas import sign_in

URL = "/konto/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_says_what_one_signs_in_with_masked(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    page = text_of(client.get(URL))
    assert "<h1>Kontoverwaltung</h1>" in page
    assert "m•••••r@beispiel.de" in page
    assert "m.bauer@beispiel.de" not in page
    assert '<span class="num">0014026/1</span>' in page


def test_every_card_leads_to_a_page(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    cards = re.findall(r'class="kachel" href="([^"]+)"', text_of(client.get(URL)))
    assert cards[:3] == ["/konto/verknuepfen/", "/konto/email/", "/konto/passwort/"]
    assert cards[-1] == "/konto/datenschutz/"
    for card in cards:
        assert client.get(card).status_code == 200


def test_the_navigation_leads_back_to_the_premise_chosen_last(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    home = f"/vs/{household.premise.public_id}/"
    page = text_of(client.get(URL))
    assert f'href="{home}"' in page
    assert 'href="/konto/" aria-current="page"' in page
    assert f'href="{URL}"' in text_of(client.get(home))


@pytest.mark.django_db
def test_a_login_without_a_premise_still_has_its_page(client: Client) -> None:
    sign_in(client, make_user(make_customer()))
    response = client.get(URL)
    assert response.status_code == 200
    assert 'href="/vs/' not in text_of(response)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "passwort/", "email/", "geraete/", "bestaetigen/"])
def test_who_is_not_signed_in_is_asked_to(client: Client, page: str) -> None:
    response = client.get(URL + page)
    assert (response.status_code, response["Location"].partition("?")[0]) == (303, "/anmelden/")


@pytest.mark.parametrize("page", ["", "passwort/", "email/", "geraete/", "bestaetigen/"])
def test_no_copy_of_the_pages_is_kept(client: Client, household: Household, page: str) -> None:
    sign_in(client, household.user)
    assert "no-store" in client.get(URL + page)["Cache-Control"]
