"""``/konto/sicherheit/`` with its passkeys, its app and its recovery codes (ux.md K4)."""

import datetime as dt
import json
import re
from collections.abc import Callable

import pyotp
import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from kundenportal.identity.factors.authenticator_app import new_setup
from kundenportal.identity.factors.passkeys import MAX_PASSKEYS
from kundenportal.identity.models import AuthenticatorApp, Passkey, RecoveryCode
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, Household, make_customer, make_passkey, make_user
from tests.passkeys import SoftPasskey
from tests.personas import sign_in
from tests.second_factors import add_app, wrong_code
from tests.security_mails import text_of_mail

URL = "/konto/sicherheit/"
ADD = f"{URL}passkeys/neu/"
APP = f"{URL}app/"
CODES = f"{URL}wiederherstellung/"
BOTH = "Nach dem Passwort fragen wir dann noch etwas ab."


@pytest.fixture
def owner(client: Client, household: Household) -> Client:
    sign_in(client, household.user)
    return client


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def add_passkey(client: Client, *, name: str = "Mein Handy"):
    options = json.loads(client.get(f"{ADD}vorgabe/").content)
    return client.post(ADD, {"name": name, "credential": SoftPasskey().make(options)})


def shown_key(response) -> pyotp.TOTP:
    match = re.search(r'id="schluessel">([A-Z2-7 ]+)<', response.content.decode())
    assert match is not None
    return pyotp.TOTP(match[1].replace(" ", ""))


def shown_setup(response) -> str:
    match = re.search(r'name="setup_token" value="([^"]+)"', response.content.decode())
    assert match is not None
    return match[1]


def shown_codes(response) -> list[str]:
    return re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b", response.content.decode())


def test_the_page_of_a_login_without_factors_offers_them(owner: Client) -> None:
    response = owner.get(URL)
    text = text_of(response)
    assert response.status_code == 200
    assert "Mit einem Passkey melden Sie sich mit Fingerabdruck, Gesicht oder Geräte-PIN an." in text
    assert "Passkey hinzufügen" in text
    assert "App einrichten" in text
    assert "Wiederherstellungscodes" not in text
    assert "no-store" in response["Cache-Control"]
    assert URL in owner.get("/konto/").content.decode()


def test_the_page_names_what_there_is_with_its_dates(owner: Client, household: Household) -> None:
    make_passkey(household.user, name="Tablet", last_used_at=NOW)
    add_app(household.user)
    text = text_of(owner.get(URL))
    assert "Tablet" in text
    assert "22.11.2026, 12:00 Uhr" in text
    assert "noch nie" in text
    assert "Eingerichtet" in text
    assert "10</b> unbenutzte Codes." in text
    assert 'Entfernen<span class="visually-hidden">: Tablet</span>' in text


def test_the_page_shows_nothing_of_another_login(owner: Client) -> None:
    make_passkey(make_user(make_customer(), email="andere@beispiel.de"), name="Fremdes Handy")
    assert "Fremdes Handy" not in text_of(owner.get(URL))


def test_the_first_passkey_brings_recovery_codes(owner: Client) -> None:
    text = text_of(owner.get(ADD))
    assert BOTH in text
    response = add_passkey(owner)
    assert (response.status_code, response["Location"]) == (303, CODES)
    assert Passkey.objects.get().name == "Mein Handy"
    assert [mail.kind for mail in OutgoingMail.objects.all()] == ["factor_added"]
    page = owner.get(CODES)
    assert "Der Passkey ist hinzugefügt." in text_of(page)
    assert len(shown_codes(page)) == 10


def test_the_second_passkey_leads_back_to_the_list(owner: Client) -> None:
    add_passkey(owner)
    owner.post(f"{CODES}aufgehoben/")
    assert BOTH not in text_of(owner.get(ADD))
    assert add_passkey(owner, name="Tablet")["Location"] == URL
    assert RecoveryCode.objects.count() == 10


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Bitte geben Sie dem Passkey einen Namen."), ("x" * 41, "Erlaubt sind höchstens 40 Zeichen.")],
)
def test_a_passkey_needs_a_name(owner: Client, name: str, words: str) -> None:
    response = add_passkey(owner, name=name)
    assert response.status_code == 422
    assert words in text_of(response)
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("credential", ["", "{}", "rubbish"])
def test_a_wrong_answer_of_the_device_adds_nothing_and_keeps_the_name(owner: Client, credential: str) -> None:
    response = owner.post(ADD, {"name": "Tablet", "credential": credential})
    assert response.status_code == 422
    assert "Der Passkey wurde nicht angelegt." in text_of(response)
    assert 'value="Tablet"' in text_of(response)
    assert not Passkey.objects.exists()


def test_enough_is_enough(owner: Client, household: Household) -> None:
    for _ in range(MAX_PASSKEYS):
        make_passkey(household.user)
    assert "Sie haben schon 20 Passkeys." in text_of(add_passkey(owner))


def test_a_passkey_is_renamed(owner: Client, household: Household) -> None:
    path = f"{URL}passkeys/{make_passkey(household.user).public_id}/umbenennen/"
    assert 'value="Handy"' in text_of(owner.get(path))
    assert owner.post(path, {"name": " "}).status_code == 422
    assert Passkey.objects.get().name == "Handy"
    assert owner.post(path, {"name": "<b>Tablet</b>"})["Location"] == URL
    assert Passkey.objects.get().name == "<b>Tablet</b>"
    assert "&lt;b&gt;Tablet&lt;/b&gt;" in text_of(owner.get(URL))


def test_a_passkey_is_removed_after_saying_what_that_means(owner: Client, household: Household) -> None:
    passkeys = [make_passkey(household.user), make_passkey(household.user)]
    path = f"{URL}passkeys/{passkeys[0].public_id}/entfernen/"
    assert "Danach genügt Ihr Passwort allein" not in text_of(owner.get(path))
    assert Passkey.objects.count() == 2
    assert owner.post(path)["Location"] == URL
    assert Passkey.objects.get() == passkeys[1]
    assert OutgoingMail.objects.get().kind == "factor_removed"
    last = f"{URL}passkeys/{passkeys[1].public_id}/entfernen/"
    assert "Danach genügt Ihr Passwort allein" in text_of(owner.get(last))


def test_the_only_way_in_is_not_removed(owner: Client, household: Household) -> None:
    passkey = make_passkey(household.user)
    household.user.set_unusable_password()
    household.user.save()
    sign_in(owner, household.user)
    response = owner.post(f"{URL}passkeys/{passkey.public_id}/entfernen/")
    assert response.status_code == 409
    assert "Das lässt sich nicht entfernen" in text_of(response)
    assert Passkey.objects.exists()


@pytest.mark.parametrize("act", ["umbenennen", "entfernen"])
@pytest.mark.parametrize("whose", ["another login's", "nobody's"])
def test_only_ones_own_passkeys_exist(owner: Client, act: str, whose: str) -> None:
    other = make_passkey(make_user(make_customer(), email="andere@beispiel.de"))
    public_id = other.public_id if whose == "another login's" else "0000000"
    path = f"{URL}passkeys/{public_id}/{act}/"
    assert owner.get(path).status_code == 404
    assert owner.post(path, {"name": "Meiner"}).status_code == 404
    assert Passkey.objects.values("name").get() == {"name": "Handy"}


def test_an_app_is_set_up_with_picture_or_text_and_its_first_code(owner: Client) -> None:
    page = owner.get(APP)
    assert re.search(r'<svg class="qr" viewBox="0 0 (\d+) \1" role="img"', page.content.decode())
    assert BOTH in text_of(page)
    assert not AuthenticatorApp.objects.exists()
    fields = {"setup_token": shown_setup(page), "code": shown_key(page).at(NOW)}
    response = owner.post(APP, fields)
    assert (response.status_code, response["Location"]) == (303, CODES)
    assert AuthenticatorApp.objects.exists()
    assert len(shown_codes(owner.get(CODES))) == 10
    assert owner.post(APP, fields)["Location"] == URL


def test_a_wrong_first_code_keeps_the_picture(owner: Client) -> None:
    page = owner.get(APP)
    app = shown_key(page)
    response = owner.post(APP, {"setup_token": shown_setup(page), "code": wrong_code(app)})
    assert response.status_code == 422
    assert "Der Code stimmt nicht oder ist abgelaufen." in text_of(response)
    assert shown_key(response).secret == app.secret
    assert not AuthenticatorApp.objects.exists()


@pytest.mark.parametrize("case", ["another login's", "too old", "made up", "none"])
def test_a_key_that_is_not_ours_gives_way_to_a_new_one(
    owner: Client, household: Household, case: str
) -> None:
    other = make_user(make_customer(), email="andere@beispiel.de")
    setups = {
        "another login's": new_setup(other, now=NOW),
        "too old": shown_setup(owner.get(APP)),
        "made up": "AAAA",
        "none": "",
    }
    with time_machine.travel(NOW + dt.timedelta(hours=1, minutes=1), tick=False):
        sign_in(owner, household.user)
        response = owner.post(APP, {"setup_token": setups[case], "code": "123456"})
    assert response.status_code == 422
    assert "Bitte richten Sie Ihre App mit dem neuen ein." in text_of(response)
    assert shown_setup(response) != setups[case]
    assert not AuthenticatorApp.objects.exists()


def test_the_app_is_removed_after_saying_what_that_means(owner: Client, household: Household) -> None:
    add_app(household.user)
    path = f"{APP}entfernen/"
    assert "Danach genügt Ihr Passwort allein" in text_of(owner.get(path))
    assert owner.post(path)["Location"] == URL
    assert not AuthenticatorApp.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert owner.get(path).status_code == 404


def test_recovery_codes_are_shown_as_page_and_file_until_they_are_put_away(owner: Client, household) -> None:
    add_app(household.user)
    assert "Neue Codes erzeugen?" in text_of(owner.get(CODES))
    assert owner.post(CODES)["Location"] == CODES
    codes = shown_codes(owner.get(CODES))
    file = owner.get(f"{CODES}datei/")
    assert len(set(codes)) == 10
    assert shown_codes(file) == codes
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert file["Content-Disposition"] == 'attachment; filename="wiederherstellungscodes.txt"'
    assert "no-store" in file["Cache-Control"]
    assert codes[0].replace("-", "") not in str(dict(owner.session))
    assert owner.post(f"{CODES}aufgehoben/")["Location"] == URL
    assert shown_codes(owner.get(CODES)) == []
    assert owner.get(f"{CODES}datei/").status_code == 404


def test_recovery_codes_are_not_shown_for_long(owner: Client, household: Household) -> None:
    add_app(household.user)
    owner.post(CODES)
    with time_machine.travel(NOW + dt.timedelta(minutes=15, seconds=1), tick=False):
        owner.post("/konto/bestaetigen/", {"current_password": PASSWORD})
        assert shown_codes(owner.get(CODES)) == []


def test_there_are_no_recovery_codes_without_a_factor(owner: Client) -> None:
    assert "gibt es zusammen mit einem Passkey oder einer App." in text_of(owner.get(CODES))
    assert owner.post(CODES)["Location"] == URL
    assert not RecoveryCode.objects.exists()


PAGES = [ADD, f"{ADD}vorgabe/", APP, f"{APP}entfernen/", CODES, f"{CODES}datei/"]


@pytest.mark.parametrize("path", [URL, *PAGES])
def test_nobody_gets_in_without_signing_in(client: Client, db: None, path: str) -> None:
    assert client.get(path)["Location"].startswith("/anmelden/?weiter=%2Fkonto%2Fsicherheit%2F")


@pytest.mark.parametrize("path", PAGES)
def test_an_old_session_is_asked_again_who_is_there(owner: Client, path: str) -> None:
    with time_machine.travel(NOW + dt.timedelta(minutes=5, seconds=1), tick=False):
        assert owner.get(path)["Location"].startswith("/konto/bestaetigen/?weiter=")
        assert owner.get(URL).status_code == 200


def set_app_up(client: Client):
    page = client.get(APP)
    return client.post(APP, {"setup_token": shown_setup(page), "code": shown_key(page).now()})


def remove_newest_passkey(client: Client):
    return client.post(f"{URL}passkeys/{Passkey.objects.latest('id').public_id}/entfernen/")


def remove_app(client: Client):
    return client.post(f"{APP}entfernen/")


@pytest.mark.parametrize("change", [add_passkey, set_app_up, remove_newest_passkey, remove_app])
def test_a_change_of_factors_ends_all_sessions_but_this_one(
    owner: Client, household: Household, change: Callable[[Client], HttpResponse]
) -> None:
    if change is remove_newest_passkey:
        make_passkey(household.user)
    if change is remove_app:
        add_app(household.user)
    elsewhere, somebody = Client(), Client()
    sign_in(elsewhere, household.user)
    sign_in(somebody, make_user(make_customer(), email="andere@beispiel.de"))
    assert change(owner).status_code == 303
    assert "Auf anderen Geräten haben wir Sie abgemeldet." in text_of(owner.get(URL))
    assert elsewhere.get("/konto/").status_code == 303
    assert somebody.get("/konto/").status_code == 200
    text = " ".join(text_of_mail(OutgoingMail.objects.latest("id")).split())
    assert "Auf allen anderen Geräten sind Sie jetzt abgemeldet." in text


@pytest.mark.parametrize("act", ["umbenennen", "entfernen"])
def test_an_old_session_touches_no_passkey(owner: Client, household: Household, act: str) -> None:
    path = f"{URL}passkeys/{make_passkey(household.user).public_id}/{act}/"
    with time_machine.travel(NOW + dt.timedelta(minutes=5, seconds=1), tick=False):
        assert owner.post(path, {"name": "x"})["Location"].startswith("/konto/bestaetigen/?weiter=")
    assert Passkey.objects.get().name == "Handy"


def test_a_passkey_proves_in_the_place_of_the_password(owner: Client, household: Household) -> None:
    soft = SoftPasskey()
    assert "Oder mit einem Passkey" not in text_of(owner.get("/konto/bestaetigen/"))
    make_passkey(household.user, soft)
    with time_machine.travel(NOW + dt.timedelta(minutes=6), tick=False):
        way = owner.get(APP)["Location"]
        assert "Oder mit einem Passkey" in text_of(owner.get(way))
        options = json.loads(owner.get("/konto/bestaetigen/passkey/abfrage/").content)
        query = way.partition("?")[2]
        path = f"/konto/bestaetigen/passkey/?{query}"
        wrong = owner.post(path, {"credential": SoftPasskey().sign(options)}, follow=True)
        assert "Der Passkey passt nicht zu Ihrem Zugang." in text_of(wrong)
        assert owner.get(APP).status_code == 303
        assert owner.post(path, {"credential": soft.sign(options)})["Location"] == APP
        assert owner.get(APP).status_code == 200
