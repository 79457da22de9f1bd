"""``/das-war-ich-nicht/<token>/`` and ``/zugang-gesichert/``."""

import pytest
from django.test import Client

from kundenportal.identity.models import User
from kundenportal.identity.security_events import report_security_event
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, Household
from tests.personas import sign_in
from tests.security_mails import link_in


@pytest.fixture
def link(household: Household) -> str:
    report_security_event("password_changed", user=household.user, now=NOW)
    return link_in(OutgoingMail.objects.get(), "/das-war-ich-nicht/")


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_opening_the_link_says_what_it_does_and_changes_nothing(client: Client, link: str) -> None:
    sign_in(client, User.objects.get())
    before = User.objects.values().get()
    for _ in range(2):
        response = client.get(link)
    assert response.status_code == 200
    assert "<h1>Das waren Sie nicht?</h1>" in text_of(response)
    assert "Das war ich nicht – Zugang sichern" in text_of(response)
    assert "no-store" in response["Cache-Control"]
    assert User.objects.values().get() == before
    assert client.get("/konto/").status_code == 200


def test_the_button_ends_every_session_without_a_sign_in(link: str) -> None:
    thief = Client()
    sign_in(thief, User.objects.get())
    response = Client().post(link, follow=True)
    assert response.redirect_chain == [("/zugang-gesichert/", 303)]
    assert "Alle Geräte sind abgemeldet." in text_of(response)
    assert thief.get("/konto/").status_code == 303
    assert thief.post("/anmelden/", {"identifier": "14026", "password": PASSWORD}).status_code == 422


def test_the_browser_of_the_owner_is_signed_out_too(client: Client, link: str) -> None:
    sign_in(client, User.objects.get())
    assert client.post(link)["Location"] == "/zugang-gesichert/"
    assert client.get("/konto/").status_code == 303


@pytest.mark.parametrize("case", ["used", "unknown"])
def test_a_link_that_opens_nothing_says_so(client: Client, link: str, case: str) -> None:
    if case == "used":
        client.post(link)
    else:
        link = "/das-war-ich-nicht/gibt-es-nicht/"
    before = User.objects.values().get()
    for response in (client.get(link), client.post(link)):
        assert response.status_code == 410
        assert "Dieser Link ist abgelaufen." in text_of(response)
    assert User.objects.values().get() == before
