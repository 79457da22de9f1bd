"""``/konto/verknuepfen/``: the list of linked accounts, and number and meter of a further one."""

import re

import pytest
from django.test import Client

from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink, LinkRequest
from tests.linking import (
    METER,
    NUMBER,
    OTHER_PASSWORD,
    ask,
    link,
    make_bauer,
    make_other,
    make_weber,
    numbers_of,
)
from tests.make import NOW, make_customer
from tests.personas import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

URL = "/konto/verknuepfen/"
WRONG_PAIR = "Diese beiden Nummern passen nicht zusammen. Bitte prüfen Sie beide."


@pytest.fixture
def user(client: Client) -> User:
    user = make_bauer()
    sign_in(client, user)
    return user


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def post(client: Client, number: str = "10224", meter: str = METER):
    return client.post(URL, {"customer_number": number, "meter_number": meter})


def test_a_visitor_is_led_to_the_sign_in_page() -> None:
    for response in (Client().get(URL), post(Client())):
        assert response["Location"] == "/anmelden/?weiter=%2Fkonto%2Fverknuepfen%2F"
    assert not LinkRequest.objects.exists()


def test_the_page_asks_for_number_and_meter_and_says_that_nothing_is_linked(client: Client, user) -> None:
    page = text_of(client.get(URL))
    assert "Ein weiteres Kundenkonto mit diesem verknüpfen" in page
    assert "Noch kein weiteres Konto verknüpft." in page
    assert "0014026/1" in page
    assert "Verknüpfung aufheben" not in page


def test_the_list_names_number_and_name_and_offers_to_part(client: Client, user) -> None:
    make_weber()
    link(user)
    page = text_of(client.get(URL))
    assert "0010224/1" in page
    assert "Petra Weber" in page
    assert 'aria-label="Verknüpfung aufheben: 0010224/1, Petra Weber"' in page
    assert "Verknüpfung zu Petra Weber aufheben?" in page
    assert "Noch kein weiteres Konto verknüpft." not in page


@pytest.mark.parametrize("number", ["10224", "0010224", "0010224/1", " 10 224 "])
def test_a_fitting_pair_leads_to_the_consequences(client: Client, user, number: str) -> None:
    make_weber()
    response = post(client, number)
    assert (response.status_code, response["Location"]) == (
        303,
        f"{URL}{LinkRequest.objects.get().public_id}/",
    )
    assert numbers_of(user) == ["0014026/1"]


@pytest.mark.parametrize(
    ("number", "meter", "message"),
    [
        ("10224", "9", WRONG_PAIR),
        ("99999", METER, WRONG_PAIR),
        ("14026", METER, "Das ist Ihr eigenes Konto."),
        ("abc", METER, "ist keine Kundennummer"),
        ("", METER, "Bitte geben Sie Ihre Kundennummer ein."),
        ("10224", "", "Bitte geben Sie die Nummer eines Zählers ein."),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(client, user, number, meter, message) -> None:
    make_weber()
    response = post(client, number, meter)
    assert response.status_code == 422
    page = text_of(response)
    assert message in page
    assert f'value="{number}"' in page or not number
    assert not LinkRequest.objects.exists()


def test_a_linked_number_is_named_so(client: Client, user) -> None:
    make_weber()
    link(user)
    assert "Dieses Konto ist schon verknüpft." in text_of(post(client))


def test_known_and_unknown_numbers_get_one_answer(client: Client, user) -> None:
    make_other(make_weber())
    known, unknown = (text_of(post(client, number, "9")) for number in ("10224", "10225"))
    token = r'name="csrfmiddlewaretoken" value="[^"]+"'
    assert re.sub(token, "", known) == re.sub(token, "", unknown).replace("10225", "10224")


def test_the_sixth_wrong_pair_of_a_day_is_told_to_wait(client: Client, user) -> None:
    make_weber()
    assert [post(client, meter="9").status_code for _ in range(6)] == [422] * 5 + [429]
    response = post(client)
    assert response.status_code == 429
    assert "Für heute waren es zu viele Versuche." in text_of(response)


def test_a_new_login_is_told_why_it_cannot_link_yet(client: Client, user) -> None:
    make_weber()
    AccountLink.objects.update(held_until=NOW.replace(day=25))
    page = text_of(client.get(URL))
    assert "Ihr Zugang ist noch neu und deshalb eingeschränkt." in page
    assert 'name="meter_number"' not in page
    assert post(client)["Location"] == URL
    assert not LinkRequest.objects.exists()


def test_a_code_that_is_awaited_can_be_found_again(client: Client, user, settings) -> None:
    settings.LINKING_PROOF = "letter"
    make_weber()
    request = ask(user)
    request.letters.create(customer=request.customer, created_at=NOW)
    page = text_of(client.get(URL))
    assert f'href="{URL}{request.public_id}/"' in page
    assert "Freischaltcode für 0010224/1 eingeben" in page


def test_nobody_sees_the_accounts_of_others(client: Client, user) -> None:
    other = make_other(make_weber(), make_customer())
    assert NUMBER not in text_of(client.get(URL))
    link(user, password=OTHER_PASSWORD)
    sign_in(client, other)
    assert client.get(URL)["Location"].startswith("/anmelden/")


def test_the_list_says_which_account_is_restricted_and_for_how_long(client: Client, user) -> None:
    weber = make_weber()
    link(user)
    page = text_of(client.get(URL))
    assert page.count("Noch eingeschränkt") == 1
    assert "Noch eingeschränkt bis Mittwoch, 25. November, 12:00 Uhr" in page
    grant = AccountLink.objects.get(customer=weber)
    AccountLink.objects.filter(pk=grant.pk).update(held_until=None, awaits_letter=True)
    assert f'href="/konto/freischalten/{grant.public_id}/"' in text_of(client.get(URL))
    AccountLink.objects.update(awaits_letter=False)
    assert "Noch eingeschränkt" not in text_of(client.get(URL))
