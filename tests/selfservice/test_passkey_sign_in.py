"""``/anmelden/passkey/``: "Mit Passkey anmelden"."""

import json
from urllib.parse import quote

import pytest
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.test import Client
from structlog.testing import capture_logs

from kundenportal.identity.factors.passkeys import options_to_confirm
from kundenportal.identity.models import UsedChallenge
from tests.make import NOW, Household, make_passkey
from tests.passkeys import SoftPasskey

URL = "/anmelden/passkey/"
OPTIONS = "/anmelden/passkey/abfrage/"
FAILED = "Die Anmeldung mit dem Passkey hat nicht geklappt."


@pytest.fixture
def soft(household: Household) -> SoftPasskey:
    soft = SoftPasskey()
    make_passkey(household.user, soft)
    return soft


def options(client: Client):
    return json.loads(client.get(OPTIONS).content)


def is_signed_in(client: Client) -> bool:
    return auth.SESSION_KEY in client.session


def test_the_sign_in_page_offers_it_to_browsers_with_scripts(client: Client, db: None) -> None:
    text = client.get("/anmelden/").content.decode()
    assert "Mit Passkey anmelden" in text
    assert f'data-passkey-options="{OPTIONS}"' in text
    assert 'autocomplete="username webauthn"' in text


def test_asking_changes_nothing_and_says_nothing_about_anybody(client: Client, soft: SoftPasskey) -> None:
    answer = client.get(OPTIONS)
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]
    assert not Session.objects.exists()
    assert not UsedChallenge.objects.exists()
    first, second = options(client), options(client)
    assert first["publicKey"].pop("challenge") != second["publicKey"].pop("challenge")
    assert first == second
    assert not first["publicKey"].get("allowCredentials")


def test_a_passkey_signs_in_without_a_second_step_and_leads_on(
    client: Client, household: Household, soft: SoftPasskey
) -> None:
    way = f"/vs/{household.premise.public_id}/"
    response = client.post(f"{URL}?weiter={quote(way)}", {"credential": soft.sign(options(client))})
    assert (response.status_code, response["Location"]) == (303, way)
    assert client.session[auth.SESSION_KEY] == str(household.user.pk)
    # What asks for a fresh proof is open at once.
    assert client.get("/konto/sicherheit/passkeys/neu/").status_code == 200


def test_an_answer_signs_in_once(client: Client, soft: SoftPasskey) -> None:
    answer = {"credential": soft.sign(options(client))}
    client.post(URL, answer)
    thief = Client()
    assert FAILED in thief.post(URL, answer, follow=True).content.decode()
    assert not is_signed_in(thief)


@pytest.mark.parametrize("case", ["unknown", "for something else", "nothing", "rubbish", "too long"])
def test_a_wrong_answer_is_told_and_signs_nobody_in(
    client: Client, household: Household, soft: SoftPasskey, case: str
) -> None:
    answers = {
        "unknown": SoftPasskey().sign(options(client)),
        "for something else": soft.sign(options_to_confirm(household.user, now=NOW)),
        "nothing": "",
        "rubbish": '{"id": 1}',
        "too long": "x" * 20_001,
    }
    with capture_logs() as logs:
        response = client.post(f"{URL}?weiter=/konto/", {"credential": answers[case]}, follow=True)
    assert [log["way"] for log in logs if log["event"] == "sign_in.refused"] == ["passkey"]
    assert response.redirect_chain == [("/anmelden/?weiter=%2Fkonto%2F", 303)]
    assert FAILED in response.content.decode()
    assert not is_signed_in(client)


def test_too_many_tries_from_one_place_are_refused(client: Client, soft: SoftPasskey) -> None:
    for _ in range(60):
        client.post(URL, {"credential": "{}"})
    response = client.post(URL, {"credential": soft.sign(options(client))}, follow=True)
    assert "Zu viele Versuche. Bitte warten Sie eine Minute." in response.content.decode()
    assert not is_signed_in(client)


def test_signing_in_takes_a_post_and_a_token(client: Client, soft: SoftPasskey) -> None:
    assert client.get(URL).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, {"credential": soft.sign(options(strict))}).status_code == 403
    assert not is_signed_in(strict)
