"""``/konto/verknuepfung-aufheben/<id>/``: unlinking an account."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from tests.linking import NUMBER, link, make_bauer, make_other, make_weber, numbers_of
from tests.make import NOW, make_customer
from tests.personas import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def user(client: Client) -> User:
    user = make_bauer()
    make_weber()
    link(user)
    OutgoingMail.objects.all().delete()
    sign_in(client, user)
    return user


def url_of(number: str = NUMBER) -> str:
    return (
        f"/konto/verknuepfung-aufheben/{AccountLink.objects.get(customer__customer_number=number).public_id}/"
    )


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_asks_first(client: Client, user) -> None:
    page = text_of(client.get(url_of()))
    assert "Verknüpfung zu Petra Weber aufheben?" in page
    assert (
        "Das Konto ist dann nicht mehr in Ihrem Portal. Sie können sich damit jederzeit neu registrieren."
        in page
    )
    assert numbers_of(user) == [NUMBER, "0014026/1"]


def test_a_click_unlinks(client: Client, user) -> None:
    response = client.post(url_of(), follow=True)
    assert "Die Verknüpfung zu 0010224/1, Petra Weber ist aufgehoben." in text_of(response)
    assert numbers_of(user) == ["0014026/1"]
    assert OutgoingMail.objects.filter(kind="account_unlinked").exists()


def test_the_last_account_stays_and_the_way_out_is_named(client: Client, user) -> None:
    client.post(url_of())
    own = url_of("0014026/1")
    assert "Online-Zugang löschen" in text_of(client.get(own))
    response = client.post(own, follow=True)
    assert response.redirect_chain == [("/konto/datenschutz/", 303)]
    assert "Das letzte Kundenkonto lässt sich nicht aufheben." in text_of(response)
    assert numbers_of(user) == ["0014026/1"]


def test_accounts_of_others_and_former_ones_are_not_there(client: Client, user) -> None:
    make_other(make_customer(customer_number="0010300/1"), make_customer())
    foreign, former = url_of("0010300/1"), url_of()
    client.post(former)
    OutgoingMail.objects.all().delete()
    for url in (foreign, former, "/konto/verknuepfung-aufheben/GIBTESNICHT/"):
        assert client.get(url).status_code == client.post(url).status_code == 404
    assert Client().post(foreign)["Location"].startswith("/anmelden/")
    assert AccountLink.objects.get(customer__customer_number="0010300/1").ended_at is None
    assert not OutgoingMail.objects.exists()


def test_an_old_session_proves_itself_first(client: Client, user) -> None:
    with time_machine.travel(NOW + dt.timedelta(minutes=6), tick=False):
        assert client.post(url_of())["Location"].startswith("/konto/bestaetigen/?weiter=")
    assert numbers_of(user) == [NUMBER, "0014026/1"]
