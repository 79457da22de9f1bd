"""``/konto/datenschutz/``: consents, and deleting the login."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.customers.models import Customer
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from tests.linking import make_bauer, numbers_of
from tests.make import NOW, PASSWORD, make_consent, make_customer, make_data_export
from tests.personas import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

URL = "/konto/datenschutz/"
SURE = {"is_sure": "on", "current_password": PASSWORD}


@pytest.fixture
def user(client: Client) -> User:
    user = make_bauer()
    sign_in(client, user)
    return user


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_visitor_is_led_to_the_sign_in_page(user) -> None:
    assert Client().post(URL, SURE)["Location"].startswith("/anmelden/")
    assert numbers_of(user) == ["0014026/1"]


def test_the_page_says_what_is_deleted_and_what_stays(client: Client, user) -> None:
    page = text_of(client.get(URL))
    assert "Ihr Vertrag bleibt bestehen." in page
    assert '<span class="num">0014026/1</span>' in page


def test_password_and_tick_delete_the_login(client: Client, user) -> None:
    response = client.post(URL, SURE, follow=True)
    assert response.redirect_chain == [("/anmelden/", 303)]
    assert "Ihr Online-Zugang ist gelöscht. Ihr Vertrag bleibt bestehen." in text_of(response)
    assert numbers_of(user) == []
    assert OutgoingMail.objects.get().kind == "login_deleted"
    assert client.get("/konto/")["Location"].startswith("/anmelden/")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"is_sure": ""}, "Bitte bestätigen Sie, dass Sie Ihren Online-Zugang löschen möchten."),
        ({"current_password": ""}, "Bitte geben Sie Ihr Passwort ein."),
        ({"current_password": "falsch"}, "Das Passwort stimmt nicht."),
    ],
)
def test_without_either_nothing_is_deleted(client: Client, user, changes, message: str) -> None:
    response = client.post(URL, SURE | changes)
    assert response.status_code == 422
    assert message in text_of(response)
    assert numbers_of(user) == ["0014026/1"]
    assert not OutgoingMail.objects.exists()


def test_a_found_session_is_no_place_to_guess_at(client: Client, user) -> None:
    wrong = SURE | {"current_password": "falsch"}
    assert [client.post(URL, wrong).status_code for _ in range(10)] == [422] * 9 + [303]
    assert client.post(URL, SURE)["Location"].startswith("/anmelden/")
    assert numbers_of(user) == ["0014026/1"]


def test_consents_are_listed_with_their_words_and_dates(client: Client, user) -> None:
    assert "Bisher haben Sie in nichts eingewilligt." in text_of(client.get(URL))
    customer = Customer.objects.get()
    make_consent(user, customer=customer)
    make_consent(user, kind="news", revoked_at=NOW)
    page = text_of(client.get(URL))
    assert "Rechnung nur noch online" in page
    assert "nur noch online im Kundenportal und nicht mehr per Post" in page
    assert "Erteilt am 22. November 2026, 12:00 Uhr" in page
    assert "Widerrufen am 22. November 2026, 12:00 Uhr" in page
    assert page.count("/widerrufen/") == 1


def test_the_number_of_queries_does_not_grow(client: Client, user) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    make_data_export(user, customer_ids=[])
    client.get(URL)
    before = queries()
    for _ in range(19):
        customer = make_customer()
        AccountLink.objects.create(user=user, customer=customer, proof="meter", created_at=NOW)
        make_consent(user, customer=customer)
    assert queries() == before <= 8
