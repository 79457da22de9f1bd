"""``/konto/verknuepfen/<id>/``: the consequences, the password or code, and then the link."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kundenportal.identity.models import Passkey, User
from kundenportal.linking.models import AccountLink, ActivationLetter, LinkRequest
from tests.linking import (
    NUMBER,
    OTHER_PASSWORD,
    ask,
    make_address,
    make_bauer,
    make_other,
    make_weber,
    numbers_of,
)
from tests.make import NOW, make_customer
from tests.personas import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

BOTH = [NUMBER, "0014026/1"]


@pytest.fixture
def user(client: Client) -> User:
    user = make_bauer()
    sign_in(client, user)
    return user


def url_of(request: LinkRequest) -> str:
    return f"/konto/verknuepfen/{request.public_id}/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_says_in_plain_words_what_changes(client: Client, user) -> None:
    make_weber()
    page = text_of(client.get(url_of(ask(user))))
    assert "Kundenkonto 0010224/1 verknüpfen?" in page
    assert "gilt für alle Konten die E-Mail-Adresse m•••••r@beispiel.de." in page
    assert "Die Anmeldung geht mit jeder der Kundennummern." in page
    assert "Petra" not in page
    assert 'type="password"' not in page
    assert numbers_of(user) == ["0014026/1"]


def test_a_click_links_an_account_that_nobody_registered(client: Client, user) -> None:
    make_weber()
    response = client.post(url_of(ask(user)), follow=True)
    assert response.redirect_chain == [("/konto/verknuepfen/", 303)]
    assert "0010224/1, Petra Weber ist jetzt verknüpft." in text_of(response)
    assert numbers_of(user) == BOTH


def test_a_registered_account_asks_for_its_password(client: Client, user) -> None:
    make_other(make_weber())
    url = url_of(ask(user))
    page = text_of(client.get(url))
    assert "Für dieses Kundenkonto gibt es schon einen Zugang." in page
    assert "Den anderen Zugang gibt es dann nicht mehr." in page
    assert client.post(url, {"password": OTHER_PASSWORD})["Location"] == "/konto/verknuepfen/"
    assert numbers_of(user) == BOTH


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("falsch", "Das Passwort dieses Kundenkontos stimmt nicht."),
        ("", "Bitte geben Sie das Passwort dieses Kundenkontos ein."),
    ],
)
def test_a_wrong_password_is_told_beside_its_field(client, user, password: str, message: str) -> None:
    other = make_other(make_weber())
    response = client.post(url_of(ask(user)), {"password": password})
    assert response.status_code == 422
    assert message in text_of(response)
    assert numbers_of(other) == [NUMBER]


def test_after_five_wrong_passwords_the_day_is_over(client: Client, user) -> None:
    other = make_other(make_weber())
    url = url_of(ask(user))
    answers = [client.post(url, {"password": "falsch"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert numbers_of(other) == [NUMBER]


def test_a_login_with_a_second_factor_says_how_to_link_it(client: Client, user) -> None:
    other = make_other(make_weber())
    Passkey.objects.create(user=other, credential_id="x", credential=b"x", name="x", created_at=NOW)
    response = client.post(url_of(ask(user)), {"password": OTHER_PASSWORD})
    assert response.status_code == 422
    assert "ist mit einem zweiten Faktor gesichert" in text_of(response)
    assert numbers_of(other) == [NUMBER]


def test_a_restricted_account_says_why_it_stays(client: Client, user) -> None:
    other = make_other(make_weber())
    AccountLink.objects.filter(user=other).update(awaits_letter=True)
    response = client.post(url_of(ask(user)), {"password": OTHER_PASSWORD})
    assert response.status_code == 422
    assert "Dieser Zugang ist noch neu und deshalb eingeschränkt." in text_of(response)
    assert numbers_of(other) == [NUMBER]


def test_an_old_session_proves_itself_first_and_goes_on(client: Client, user) -> None:
    make_weber()
    url = url_of(ask(user))
    with time_machine.travel(NOW + dt.timedelta(minutes=6), tick=False):
        for response in (client.get(url), client.post(url)):
            assert response["Location"].startswith("/konto/bestaetigen/?weiter=")
    assert numbers_of(user) == ["0014026/1"]


def test_a_stranger_s_request_is_not_there(client: Client, user) -> None:
    make_weber()
    url = url_of(ask(make_other(make_customer())))
    assert client.get(url).status_code == client.post(url).status_code == 404
    assert client.post(f"{url}brief/").status_code == 404
    assert client.get("/konto/verknuepfen/GIBTESNICHT/").status_code == 404
    assert Client().get(url)["Location"].startswith("/anmelden/")
    assert AccountLink.objects.filter(customer__customer_number=NUMBER).count() == 0


def test_what_took_too_long_or_is_done_begins_anew(client: Client, user) -> None:
    make_weber()
    url = url_of(ask(user))
    client.post(url)
    for response in (client.get(url), client.post(url)):
        assert response.status_code == 410
        assert "Bitte beginnen Sie neu" in text_of(response)


@pytest.fixture
def by_letter(settings) -> None:
    settings.LINKING_PROOF = "letter"


def test_a_letter_is_asked_for_with_a_click(client: Client, user, by_letter) -> None:
    make_address(make_weber())
    url = url_of(ask(user))
    assert "Brief anfordern" in text_of(client.get(url))
    response = client.post(f"{url}brief/", follow=True)
    assert "Wir schicken den Freischaltcode per Brief" in text_of(response)
    assert 'name="letter_code"' in text_of(response)
    assert ActivationLetter.objects.count() == 1
    assert client.get(f"{url}brief/").status_code == 405


def test_a_wrong_code_is_told_beside_its_field(client: Client, user, by_letter) -> None:
    make_address(make_weber())
    url = url_of(ask(user))
    client.post(f"{url}brief/")
    for code, message in (
        ("1", "Der Freischaltcode stimmt nicht"),
        ("", "Bitte geben Sie den Freischaltcode"),
    ):
        response = client.post(url, {"letter_code": code})
        assert response.status_code == 422
        assert message in text_of(response)
    assert numbers_of(user) == ["0014026/1"]


def test_no_letter_is_promised_where_a_click_is_enough(client: Client, user) -> None:
    make_weber()
    assert client.post(f"{url_of(ask(user))}brief/").status_code == 410
    assert not ActivationLetter.objects.exists()
