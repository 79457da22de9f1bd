"""``/verwaltung/mein-zugang/…``: another passkey or app for who works here, and removing one but the last."""

import datetime as dt
import json
import re
from collections.abc import Iterator

import pyotp
import pytest
import time_machine
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import AuthenticatorApp, Passkey, RecoveryCode, StaffMember
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, make_passkey, make_user
from tests.passkeys import SoftPasskey
from tests.second_factors import wrong_code
from tests.snapshot import snapshot
from tests.staff import ADDRESS, give_app, sign_in_member

OWN = "/verwaltung/mein-zugang/"
PASSKEY, APP = f"{OWN}passkey/", f"{OWN}app/"
PROOF = f"{OWN}bestaetigen/"


@pytest.fixture
def member(clerk: StaffMember) -> StaffMember:
    give_app(clerk)
    return clerk


@pytest.fixture
def own(client: Client, member: StaffMember) -> Client:
    """A browser in which Frau Huber, who has an app, is signed in."""
    sign_in_member(client, member)
    return client


def add_passkey(client: Client, *, name: str = "Büro"):
    options = json.loads(client.get(f"{PASSKEY}vorgabe/").content)
    return client.post(PASSKEY, {"name": name, "credential": SoftPasskey().make(options)})


def shown_app(page: str) -> tuple[pyotp.TOTP, str]:
    """Return the app that a page's key makes, and the sealed key."""
    key = re.search(r'id="schluessel">([A-Z2-7 ]+)<', page)
    token = re.search(r'name="setup_token" value="([^"]+)"', page)
    assert key is not None
    assert token is not None
    return pyotp.TOTP(key[1].replace(" ", "")), token[1]


def told() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", "recipient"))


@pytest.fixture
def later() -> Iterator[None]:
    """Let six minutes pass since the sign-in."""
    with time_machine.travel(NOW + dt.timedelta(minutes=6), tick=False):
        yield


def test_a_passkey_is_added_and_the_own_address_is_told(own: Client, member: StaffMember) -> None:
    other = Client()
    sign_in_member(other, member)
    OutgoingMail.objects.all().delete()
    assert add_passkey(own)["Location"] == OWN
    assert Passkey.objects.get().name == "Büro"
    assert told() == [("factor_added", ADDRESS)]
    assert not RecoveryCode.objects.filter(created_at=NOW).exists()
    page = own.get(OWN).text
    assert "Büro" in page
    assert other.get(OWN).status_code == 303


def test_a_passkey_that_does_not_answer_rightly_is_refused(own: Client) -> None:
    before = snapshot()
    response = own.post(PASSKEY, {"name": "Büro", "credential": "{}"})
    assert response.status_code == 422
    assert "Der Passkey wurde nicht angelegt." in response.text
    assert own.post(PASSKEY, {"name": "", "credential": "{}"}).status_code == 422
    assert snapshot() == before


def test_an_app_is_set_up_beside_a_passkey(client: Client, clerk: StaffMember) -> None:
    make_passkey(clerk.user)
    sign_in_member(client, clerk)
    app, token = shown_app(client.get(APP).text)
    refused = client.post(APP, {"setup_token": token, "code": wrong_code(app)})
    assert refused.status_code == 422
    assert shown_app(refused.text)[1] == token
    assert not AuthenticatorApp.objects.exists()
    assert client.post(APP, {"setup_token": token, "code": app.at(NOW)})["Location"] == OWN
    assert AuthenticatorApp.objects.get().user == clerk.user
    assert told() == [("factor_added", ADDRESS)]
    assert client.get(APP).status_code == 404


def test_a_key_that_is_too_old_gives_way_to_a_new_one(client: Client, clerk: StaffMember) -> None:
    make_passkey(clerk.user)
    sign_in_member(client, clerk)
    response = client.post(APP, {"setup_token": "x", "code": "123456"})
    assert response.status_code == 422
    assert "Der Schlüssel war abgelaufen." in response.text
    app, token = shown_app(response.text)
    assert client.post(APP, {"setup_token": token, "code": app.at(NOW)}).status_code == 303


def test_one_of_two_is_removed_and_the_own_address_is_told(own: Client, member: StaffMember) -> None:
    passkey = make_passkey(member.user)
    OutgoingMail.objects.all().delete()
    path = f"{PASSKEY}{passkey.public_id}/entfernen/"
    assert "Passkey „Handy“ entfernen?" in own.get(path).text
    assert own.post(path)["Location"] == OWN
    assert not Passkey.objects.exists()
    assert told() == [("factor_removed", ADDRESS)]
    assert AuditEntry.objects.filter(action="security.factor_removed", actor=member.user.actor).exists()


def test_the_app_is_removed_beside_a_passkey(own: Client, member: StaffMember) -> None:
    make_passkey(member.user)
    assert own.post(f"{APP}entfernen/")["Location"] == OWN
    assert not AuthenticatorApp.objects.exists()


def test_the_last_one_stays(own: Client) -> None:
    before = snapshot()
    page = own.get(f"{APP}entfernen/").text
    assert "Das lässt sich nicht entfernen" in page
    assert own.post(f"{APP}entfernen/").status_code == 409
    assert snapshot() == before
    assert f"{APP}entfernen/" not in own.get(OWN).text


def test_the_last_passkey_stays(client: Client, clerk: StaffMember) -> None:
    passkey = make_passkey(clerk.user)
    sign_in_member(client, clerk)
    before = snapshot()
    assert client.post(f"{PASSKEY}{passkey.public_id}/entfernen/").status_code == 409
    assert snapshot() == before


def test_a_colleagues_passkey_is_not_there(own: Client) -> None:
    theirs = make_passkey(make_user(email="kern@stadtwerke.example", is_staff=True))
    assert own.post(f"{PASSKEY}{theirs.public_id}/entfernen/").status_code == 404
    assert Passkey.objects.get() == theirs


@pytest.mark.parametrize("path", [PASSKEY, f"{PASSKEY}vorgabe/", APP, f"{APP}entfernen/"])
def test_five_minutes_after_the_sign_in_the_own_password_is_asked(
    own: Client, later: None, path: str
) -> None:
    response = own.get(path)
    assert response["Location"].startswith(f"{PROOF}?weiter=")


def test_the_own_password_opens_the_way_for_five_minutes(
    own: Client, member: StaffMember, later: None
) -> None:
    make_passkey(member.user)
    asked = own.get(f"{APP}entfernen/")["Location"]
    assert "noch einmal nach Ihrem Passwort" in own.get(asked).text
    wrong = own.post(asked, {"current_password": "falsch"})
    assert wrong.status_code == 422
    assert "Das Passwort stimmt nicht." in wrong.text
    assert own.post(asked, {"current_password": PASSWORD})["Location"] == f"{APP}entfernen/"
    assert own.post(f"{APP}entfernen/").status_code == 303
    assert not AuthenticatorApp.objects.exists()


def test_what_was_sent_goes_on_after_the_own_password(own: Client, member: StaffMember, later: None) -> None:
    make_passkey(member.user)
    asked = own.post(f"{APP}entfernen/")["Location"]
    assert AuthenticatorApp.objects.exists()
    goes_on = own.post(asked, {"current_password": PASSWORD})["Location"]
    assert goes_on.startswith("/verwaltung/fortsetzen/")
    assert f'action="{APP}entfernen/"' in own.get(goes_on).text
