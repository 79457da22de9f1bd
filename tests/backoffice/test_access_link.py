"""``/verwaltung/zugang/<token>/``: name, password and second factor, in two pages and one act."""

import datetime as dt
import json
import re

import pyotp
import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.models import StaffMember, User
from kundenportal.identity.staff.members import SHELL, give_access, take_access_away
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW
from tests.one_time_links import NEW_PASSWORD
from tests.passkeys import SoftPasskey
from tests.second_factors import wrong_code
from tests.snapshot import snapshot
from tests.staff import ADDRESS

FIELDS = {"name": "Frau Huber", "password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}


@pytest.fixture
def path(noon: None, db: None) -> str:
    """The path of a clerk's link."""
    token = give_access(email=ADDRESS, role=StaffMember.Role.CLERK, actor=SHELL, now=NOW)
    return f"/verwaltung/zugang/{token}/"


def shown_app(page: str) -> tuple[pyotp.TOTP, str]:
    """Return the app whose key a page shows, and the sealed key that its form sends."""
    key = re.search(r'id="schluessel">([A-Z2-7 ]+)<', page)
    sealed = re.search(r'name="setup_token" value="([^"]+)"', page)
    assert key
    assert sealed
    return pyotp.TOTP(key[1].replace(" ", "")), sealed[1]


def test_two_pages_set_the_access_up_and_sign_in(client: Client, path: str) -> None:
    assert "Sachbearbeitung" in client.get(path).text
    response = client.post(path, FIELDS)
    assert (response.status_code, response["Location"]) == (303, f"{path}zweiter-faktor/")
    assert not User.objects.get().has_usable_password()
    app, sealed = shown_app(client.get(response["Location"]).text)
    response = client.post(response["Location"], {"setup_token": sealed, "code": app.at(NOW)})
    assert (response.status_code, response["Location"]) == (303, "/verwaltung/")
    assert "Frau Huber" in client.get("/verwaltung/mein-zugang/").text
    assert [mail.kind for mail in OutgoingMail.objects.all()] == ["staff_access_set_up"]
    assert client.get(path).status_code == 410


def test_a_passkey_sets_it_up_as_well(client: Client, path: str) -> None:
    client.post(path, FIELDS)
    soft = SoftPasskey()
    made = soft.make(json.loads(client.get(f"{path}passkey/abfrage/").content))
    response = client.post(f"{path}passkey/", {"name": "Mein Notebook", "credential": made})
    assert (response.status_code, response["Location"]) == (303, "/verwaltung/")
    factors = factors_of(User.objects.get())
    assert [each.name for each in factors.passkeys] == ["Mein Notebook"]
    assert factors.app is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Bitte geben Sie Ihren Namen ein."),
        ({"password": "kurz", "password_repeat": "kurz"}, "Das neue Passwort hat 4 Zeichen."),
        (
            {"password_repeat": "Regal Mond Kutsche Quatsch"},
            "Die beiden neuen Passwörter unterscheiden sich.",
        ),
        (
            {"password": "Frau Huber huber", "password_repeat": "Frau Huber huber"},
            "aus Ihrem Namen oder Ihrer E-Mail.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    client: Client, path: str, wrong: dict[str, str], sentence: str
) -> None:
    before = snapshot()
    response = client.post(path, FIELDS | wrong)
    assert response.status_code == 422
    assert sentence in response.text
    assert snapshot() == before


def test_a_wrong_code_keeps_the_key_and_changes_nothing(client: Client, path: str) -> None:
    client.post(path, FIELDS)
    app, sealed = shown_app(client.get(f"{path}zweiter-faktor/").text)
    before = snapshot(but=[Session])
    response = client.post(f"{path}zweiter-faktor/", {"setup_token": sealed, "code": wrong_code(app)})
    assert response.status_code == 422
    shown, kept = shown_app(response.text)
    assert (shown.secret, kept) == (app.secret, sealed)
    assert snapshot(but=[Session]) == before
    done = client.post(f"{path}zweiter-faktor/", {"setup_token": sealed, "code": app.at(NOW)})
    assert done.status_code == 303


def test_a_key_older_than_an_hour_gives_way_to_a_new_one(client: Client, path: str) -> None:
    client.post(path, FIELDS)
    old, sealed = shown_app(client.get(f"{path}zweiter-faktor/").text)
    later = NOW + dt.timedelta(minutes=50)
    with time_machine.travel(later, tick=False):
        client.post(path, FIELDS)
    later = NOW + dt.timedelta(minutes=61)
    with time_machine.travel(later, tick=False):
        response = client.post(f"{path}zweiter-faktor/", {"setup_token": sealed, "code": old.at(later)})
        assert response.status_code == 422
        assert "Der Schlüssel war abgelaufen." in response.text
        assert shown_app(response.text)[0].secret != old.secret


@pytest.mark.parametrize("credential", ["", "{}", "unsinn"])
def test_a_refused_passkey_says_so_and_changes_nothing(client: Client, path: str, credential: str) -> None:
    client.post(path, FIELDS)
    before = snapshot(but=[Session])
    response = client.post(f"{path}passkey/", {"name": "Handy", "credential": credential})
    assert response.status_code == 422
    assert "Der Passkey wurde nicht angelegt." in response.text
    assert snapshot(but=[Session]) == before


def test_the_second_page_needs_the_first_in_the_same_browser(client: Client, path: str) -> None:
    client.post(path, FIELDS)
    stranger = Client()
    before = snapshot(but=[Session])
    for name in ("zweiter-faktor", "passkey"):
        assert stranger.post(f"{path}{name}/", {"code": "123456"})["Location"] == path
    assert snapshot(but=[Session]) == before


def test_what_was_chosen_is_good_for_its_own_link_only(client: Client, path: str) -> None:
    client.post(path, FIELDS)
    token = give_access(email=ADDRESS, role=StaffMember.Role.SUPERVISOR, actor=SHELL, now=NOW)
    other = f"/verwaltung/zugang/{token}/"
    assert client.get(f"{other}zweiter-faktor/")["Location"] == other


def test_a_link_that_opens_nothing_says_what_to_do(client: Client, path: str) -> None:
    take_access_away(email=ADDRESS, actor=SHELL, now=NOW)
    for name in ("", "zweiter-faktor/", "passkey/abfrage/"):
        response = client.get(path + name)
        assert response.status_code == 410
        assert "Bitte lassen Sie sich einen neuen geben." in response.text


def test_an_access_that_is_closed_between_the_pages_stays_closed(client: Client, path: str) -> None:
    client.post(path, FIELDS)
    app, sealed = shown_app(client.get(f"{path}zweiter-faktor/").text)
    take_access_away(email=ADDRESS, actor=SHELL, now=NOW)
    response = client.post(f"{path}zweiter-faktor/", {"setup_token": sealed, "code": app.at(NOW)})
    assert response.status_code == 410
    assert not User.objects.get().is_active


def test_looking_at_a_link_changes_nothing(client: Client, path: str) -> None:
    before = snapshot()
    for name in ("", "zweiter-faktor/", "passkey/abfrage/"):
        for method in ("get", "head", "options"):
            getattr(client, method)(path + name)
    assert snapshot() == before


def test_the_link_is_on_no_page_and_in_no_log(client: Client, path: str, caplog) -> None:
    client.get(path)
    token = path.split("/")[3]
    assert token not in caplog.text
