"""``/anmelden/bestaetigen/geraet/``: a mailed code on a device that the login never used."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib import auth
from django.test import Client

from kundenportal.identity.models import OneTimeSecret
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, Household
from tests.second_factors import add_app
from tests.security_mails import text_of_mail

URL = "/anmelden/bestaetigen/geraet/"
SEND = "/anmelden/bestaetigen/geraet/code/"
WRONG = "Der Code stimmt nicht oder ist abgelaufen."


@pytest.fixture(autouse=True)
def _asks_for_a_code(settings) -> None:
    settings.NEW_DEVICE_CODE = True


def show_password(client: Client, *, query: str = ""):
    return client.post(f"/anmelden/{query}", {"identifier": "0014026/1", "password": PASSWORD})


def mailed_code(now: dt.datetime = NOW) -> str:
    mail = OutgoingMail.objects.filter(kind="device_code").latest("id")
    assert mail.recipient == "m.bauer@beispiel.de"
    match = re.search(r"^(\d{6})$", text_of_mail(mail, now=now), re.MULTILINE)
    assert match is not None
    return match[1]


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def is_signed_in(client: Client) -> bool:
    return auth.SESSION_KEY in client.session


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_new_device_needs_the_code_and_is_known_from_then_on(client: Client, household: Household) -> None:
    response = show_password(client, query="?weiter=/konto/")
    assert (response.status_code, response["Location"]) == (303, f"{URL}?weiter=%2Fkonto%2F")
    assert not is_signed_in(client)
    page = text_of(client.get(URL))
    assert "Code per E-Mail senden" in page
    assert "m•••••r@beispiel.de" in page
    assert "m.bauer@beispiel.de" not in page
    assert not OutgoingMail.objects.exists()
    assert client.post(f"{SEND}?weiter=/konto/")["Location"] == f"{URL}?weiter=%2Fkonto%2F"
    response = client.post(f"{URL}?weiter=/konto/", {"code": mailed_code()})
    assert (response.status_code, response["Location"]) == (303, "/konto/")
    assert is_signed_in(client)
    client.post("/abmelden/")
    assert show_password(client)["Location"] == "/"
    assert is_signed_in(client)


def test_without_the_setting_the_password_is_enough(client: Client, household: Household, settings) -> None:
    settings.NEW_DEVICE_CODE = False
    assert show_password(client)["Location"] == "/"


@pytest.mark.parametrize("code", ["", "12345", "abcdef"])
def test_what_is_no_code_is_asked_for_again(client: Client, household: Household, code: str) -> None:
    show_password(client)
    response = client.post(URL, {"code": code})
    assert response.status_code == 422
    assert "Bitte geben Sie die 6 Ziffern aus der E-Mail ein." in text_of(response)


def test_a_code_is_good_for_five_tries(client: Client, household: Household) -> None:
    show_password(client)
    client.post(SEND)
    code = mailed_code()
    for _ in range(5):
        response = client.post(URL, {"code": other_than(code)})
        assert response.status_code == 422
        assert WRONG in text_of(response)
    assert client.post(URL, {"code": code}).status_code == 422
    assert not is_signed_in(client)


def test_a_code_is_good_for_ten_minutes(client: Client, household: Household) -> None:
    show_password(client)
    client.post(SEND)
    code = mailed_code()
    with time_machine.travel(NOW + dt.timedelta(minutes=5), tick=False):
        show_password(client)
    with time_machine.travel(NOW + dt.timedelta(minutes=10), tick=False):
        assert client.post(URL, {"code": code}).status_code == 422
    assert not is_signed_in(client)


def test_a_code_is_good_once_and_stands_nowhere_in_the_clear(client: Client, household: Household) -> None:
    show_password(client)
    client.post(SEND)
    code = mailed_code()
    assert code not in OneTimeSecret.objects.get().digest
    assert code not in str(OutgoingMail.objects.get(kind="device_code").context)
    client.post(URL, {"code": code})
    other = Client()
    show_password(other)
    assert other.post(URL, {"code": code}).status_code == 422
    assert not is_signed_in(other)


def test_a_newer_code_ends_the_older(client: Client, household: Household) -> None:
    show_password(client)
    client.post(SEND)
    first = mailed_code()
    later = NOW + dt.timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        client.post(SEND)
        second = mailed_code(later)
        assert client.post(URL, {"code": first}).status_code == (303 if first == second else 422)
        assert client.post(URL, {"code": second}).status_code == 303


def test_nobody_gets_more_than_one_code_a_minute_and_five_an_hour(
    client: Client, household: Household
) -> None:
    show_password(client)
    client.post(SEND)
    response = client.post(SEND, follow=True)
    assert "Ein Code ist schon unterwegs." in text_of(response)
    for minute in range(1, 8):
        with time_machine.travel(NOW + dt.timedelta(minutes=minute), tick=False):
            client.post(SEND)
    assert OutgoingMail.objects.filter(kind="device_code").count() <= 5


def test_a_mailed_code_never_stands_in_for_a_second_factor(client: Client, household: Household) -> None:
    show_password(client)
    client.post(SEND)
    code = mailed_code()
    add_app(household.user)
    for response in (client.get(URL), client.post(URL, {"code": code}), client.post(SEND)):
        assert (response.status_code, response["Location"]) == (303, "/anmelden/bestaetigen/")
    assert not is_signed_in(client)


@pytest.mark.parametrize("path", [URL, SEND])
def test_who_showed_no_password_begins_at_the_sign_in_page(
    client: Client, household: Household, path: str
) -> None:
    assert client.post(path, {"code": "123456"})["Location"] == "/anmelden/"
    assert not OutgoingMail.objects.exists()
    assert not is_signed_in(client)
