"""``/anmelden/bestaetigen/`` with its recovery codes and its passkey: the second step of signing in."""

import datetime as dt
import json
from urllib.parse import quote

import pyotp
import pytest
import time_machine
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import Passkey, RecoveryCode, SignedInDevice
from kundenportal.linking.mails import add_reset_links
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, Household, make_customer, make_passkey, make_user
from tests.passkeys import SoftPasskey
from tests.second_factors import add_app, wrong_code

URL = "/anmelden/bestaetigen/"
RECOVERY = "/anmelden/bestaetigen/wiederherstellung/"
PASSKEY = "/anmelden/bestaetigen/passkey/"
WRONG = "Der Code stimmt nicht oder ist abgelaufen. Bitte geben Sie den aktuellen Code ein."
PAGES = [URL, RECOVERY]


@pytest.fixture
def app(household: Household) -> pyotp.TOTP:
    return add_app(household.user)[0]


def show_password(client: Client, number: str = "0014026/1", *, way: str = ""):
    query = f"?weiter={quote(way)}" if way else ""
    return client.post(f"/anmelden/{query}", {"identifier": number, "password": PASSWORD})


def is_signed_in(client: Client) -> bool:
    return auth.SESSION_KEY in client.session


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_password_alone_opens_nothing(client: Client, household: Household, app: pyotp.TOTP) -> None:
    response = show_password(client)
    assert (response.status_code, response["Location"]) == (303, URL)
    assert not is_signed_in(client)
    assert not SignedInDevice.objects.exists()
    for path in ("/auswahl/", "/konto/", f"/vs/{household.premise.public_id}/"):
        assert client.get(path)["Location"].startswith("/anmelden/?weiter=")


def test_the_page_asks_for_what_the_login_has(client: Client, household: Household, app: pyotp.TOTP) -> None:
    show_password(client)
    response = client.get(URL)
    text = text_of(response)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "Code aus Ihrer App" in text
    assert 'autocomplete="one-time-code"' in text
    assert 'inputmode="numeric"' in text
    assert "Wiederherstellungscode verwenden" in text
    assert "Mit Passkey bestätigen" not in text
    assert "Code per E-Mail" not in text
    make_passkey(household.user)
    assert "Mit Passkey bestätigen" in text_of(client.get(URL))


def test_a_login_with_a_passkey_only_is_not_asked_for_an_app(client: Client, household: Household) -> None:
    make_passkey(household.user)
    show_password(client)
    text = text_of(client.get(URL))
    assert "Mit Passkey bestätigen" in text
    assert "Code aus Ihrer App" not in text


def test_the_code_of_the_app_signs_in_and_leads_on(client: Client, household: Household, app) -> None:
    way = f"/vs/{household.premise.public_id}/zaehlerstaende/"
    page = show_password(client, way=way)["Location"]
    assert page == f"{URL}?weiter={quote(way, safe='')}"
    before = client.session.session_key
    response = client.post(page, {"code": app.at(NOW)})
    assert (response.status_code, response["Location"]) == (303, way)
    assert client.session[auth.SESSION_KEY] == str(household.user.pk)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert client.get(way).status_code == 200


def test_a_wrong_code_is_told_and_opens_nothing(client: Client, app: pyotp.TOTP) -> None:
    show_password(client)
    response = client.post(URL, {"code": wrong_code(app)})
    assert response.status_code == 422
    assert WRONG in text_of(response)
    assert not is_signed_in(client)
    assert client.post(URL, {"code": app.at(NOW)}).status_code == 303


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３ ４５", "1" * 30])
def test_what_is_no_code_is_asked_for_again_and_not_counted(client: Client, app, code: str) -> None:
    show_password(client)
    for _ in range(6):
        response = client.post(URL, {"code": code})
        assert response.status_code == 422
        assert "Bitte geben Sie die 6 Ziffern aus Ihrer App ein." in text_of(response)
    assert client.post(URL, {"code": app.at(NOW)}).status_code == 303


def test_a_code_seen_by_somebody_else_opens_nothing_again(client: Client, app: pyotp.TOTP) -> None:
    show_password(client)
    client.post(URL, {"code": app.at(NOW)})
    thief = Client()
    show_password(thief)
    assert thief.post(URL, {"code": app.at(NOW)}).status_code == 422
    assert not is_signed_in(thief)


def test_five_wrong_codes_close_the_door_and_tell_the_owner_but_shut_nobody_out_for_long(
    client: Client, app: pyotp.TOTP
) -> None:
    OutgoingMail.objects.all().delete()
    for _ in range(2):
        thief = Client()
        show_password(thief)
        answers = [thief.post(URL, {"code": wrong_code(app)}).status_code for _ in range(3)]
    assert answers == [422, 422, 429]
    assert "Zu viele falsche Codes. Bitte warten Sie 15 Minuten." in text_of(
        thief.post(URL, {"code": app.at(NOW)})
    )
    assert [mail.kind for mail in OutgoingMail.objects.all()] == ["second_step_blocked"]
    later = NOW + dt.timedelta(minutes=15)
    with time_machine.travel(later, tick=False):
        show_password(client)
        assert client.post(URL, {"code": app.at(later)}).status_code == 303


def test_a_recovery_code_stands_in_once(client: Client, household: Household) -> None:
    _, codes = add_app(household.user)
    OutgoingMail.objects.all().delete()
    show_password(client)
    assert client.post(RECOVERY, {"recovery_code": codes[0].lower()}).status_code == 303
    assert is_signed_in(client)
    assert "recovery_code_used" in {mail.kind for mail in OutgoingMail.objects.all()}
    other = Client()
    show_password(other)
    response = other.post(RECOVERY, {"recovery_code": codes[0]})
    assert response.status_code == 422
    assert "Dieser Wiederherstellungscode stimmt nicht oder wurde schon benutzt." in text_of(response)
    assert not is_signed_in(other)


@pytest.mark.parametrize("code", ["", "x", "7KQ2M-9XW4T-0B3FH", "0" * 61])
def test_a_wrong_recovery_code_opens_nothing_and_uses_nothing_up(client: Client, app, code: str) -> None:
    show_password(client)
    assert client.post(RECOVERY, {"recovery_code": code}).status_code == 422
    assert not is_signed_in(client)
    assert not RecoveryCode.objects.exclude(used_at=None).exists()


def test_too_many_wrong_recovery_codes_are_refused(client: Client, app: pyotp.TOTP) -> None:
    show_password(client)
    answers = [client.post(RECOVERY, {"recovery_code": "0" * 15}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_passkey_of_the_login_confirms(client: Client, household: Household) -> None:
    soft = SoftPasskey()
    make_passkey(household.user, soft)
    show_password(client)
    options = json.loads(client.get(f"{PASSKEY}abfrage/").content)
    allowed = [each["id"] for each in options["publicKey"]["allowCredentials"]]
    assert allowed == [Passkey.objects.get().credential_id]
    response = client.post(PASSKEY, {"credential": soft.sign(options)})
    assert (response.status_code, response["Location"]) == (303, "/")
    assert is_signed_in(client)


@pytest.mark.parametrize("case", ["other login's passkey", "nothing", "rubbish", "too long"])
def test_a_wrong_passkey_is_told_and_opens_nothing(client: Client, household: Household, case: str) -> None:
    make_passkey(household.user)
    soft = SoftPasskey()
    make_passkey(make_user(make_customer(), email="andere@beispiel.de"), soft)
    show_password(client)
    options = json.loads(client.get(f"{PASSKEY}abfrage/").content)
    credentials = {
        "other login's passkey": soft.sign(options),
        "nothing": "",
        "rubbish": "{}",
        "too long": "x" * 20_001,
    }
    response = client.post(PASSKEY, {"credential": credentials[case]}, follow=True)
    assert response.redirect_chain == [(URL, 303)]
    assert "Der Passkey passt nicht zu Ihrem Zugang." in text_of(response)
    assert not is_signed_in(client)


@pytest.mark.parametrize("path", [*PAGES, PASSKEY, f"{PASSKEY}abfrage/"])
def test_who_showed_no_password_begins_at_the_sign_in_page(
    client: Client, app: pyotp.TOTP, path: str
) -> None:
    for response in (client.get(path), client.post(path, {"code": app.at(NOW)})):
        assert response.status_code in {303, 405}
        if response.status_code == 303:
            assert response["Location"] == "/anmelden/"
    assert not is_signed_in(client)


@pytest.mark.parametrize("path", PAGES)
def test_after_ten_minutes_one_begins_anew(client: Client, app: pyotp.TOTP, path: str) -> None:
    show_password(client)
    with time_machine.travel(NOW + dt.timedelta(minutes=10, seconds=1), tick=False):
        assert client.get(path)["Location"] == "/anmelden/"


@pytest.mark.parametrize("change", ["password", "inactive"])
def test_a_sign_in_that_waits_ends_with_the_password(
    client: Client, household: Household, app: pyotp.TOTP, change: str
) -> None:
    show_password(client)
    if change == "password":
        household.user.set_password("ein ganz anderes Wort")
    else:
        household.user.is_active = False
    household.user.save()
    assert client.post(URL, {"code": app.at(NOW)})["Location"] == "/anmelden/"
    assert not is_signed_in(client)


def test_looking_at_the_pages_changes_nothing(client: Client, app: pyotp.TOTP) -> None:
    show_password(client)
    before = list(Session.objects.values()), list(AuditEntry.objects.values())
    for path in [*PAGES, f"{PASSKEY}abfrage/"]:
        assert client.get(path).status_code == 200
    assert (list(Session.objects.values()), list(AuditEntry.objects.values())) == before


def test_a_forgotten_password_does_not_get_round_the_second_step(
    client: Client, household: Household, app: pyotp.TOTP
) -> None:
    token = add_reset_links({"user_ids": [household.user.pk]}, NOW)["logins"][0]["token"]
    new = "Regal Mond Kutsche Quark"
    response = client.post(f"/passwort-neu/{token}/", {"password": new, "password_repeat": new})
    assert response["Location"] == "/anmelden/"
    response = client.post("/anmelden/", {"identifier": "14026", "password": new})
    assert response["Location"] == URL
    assert not is_signed_in(client)


def test_who_is_signed_in_as_somebody_else_is_so_no_more(client: Client, household: Household) -> None:
    make_user(make_customer(customer_number="0055555/1"), email="andere@beispiel.de")
    assert show_password(client, "0055555/1")["Location"] == "/"
    add_app(household.user)
    show_password(client)
    assert not is_signed_in(client)
