"""``/sprache/``, and which language a page speaks: profile, then cookie, then browser (ux.md 1.0)."""

import pytest
from django.test import Client
from django.utils import timezone

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import User
from kundenportal.linking.services import process_registrations
from kundenportal.mailing.models import OutgoingMail
from tests.make import Household
from tests.personas import sign_in
from tests.snapshot import snapshot

URL = "/sprache/"
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,de;q=0.5"}


def language_of(page: str) -> str:
    return page.partition('<html lang="')[2][:2]


def test_every_page_offers_the_other_language_in_its_own_words(client: Client) -> None:
    page = client.get("/hilfe/?suche=gas").text

    assert '<button name="sprache" value="en" lang="en">English</button>' in page
    assert '<input type="hidden" name="weiter" value="/hilfe/?suche=gas">' in page
    assert ">Deutsch</button>" not in page


def test_a_browser_is_read_its_language(client: Client) -> None:
    assert language_of(client.get("/hilfe/").text) == "de"
    page = client.get("/hilfe/", headers=ENGLISH)
    assert language_of(page.text) == "en"
    assert page.headers["Content-Language"] == "en"
    assert "Accept-Language" in page.headers["Vary"]
    assert language_of(client.get("/hilfe/", headers={"Accept-Language": "fr"}).text) == "de"


def test_a_visitor_s_choice_is_kept_and_leads_back(client: Client) -> None:
    response = client.post(URL, {"sprache": "en", "weiter": "/hilfe/?suche=gas"})

    assert (response.status_code, response.headers["Location"]) == (303, "/hilfe/?suche=gas")
    assert response.cookies["sprache"]["httponly"]
    page = client.get("/hilfe/").text
    assert language_of(page) == "en"
    assert "<h1>Help</h1>" in page
    assert '<button name="sprache" value="de" lang="de">Deutsch</button>' in page
    assert language_of(client.get("/hilfe/", headers={"Accept-Language": "de"}).text) == "en"


def test_the_texts_follow_the_language(client: Client) -> None:
    client.post(URL, {"sprache": "en"})

    assert "<h1>Legal notice</h1>" in client.get("/impressum/").text
    assert "How to read your meter" in client.get("/hilfe/zaehler-ablesen/").text


def test_a_customer_s_choice_is_that_of_his_login(client: Client, household: Household) -> None:
    sign_in(client, household.user)

    client.post(URL, {"sprache": "en", "weiter": f"/vs/{household.premise.public_id}/"})

    assert User.objects.get(pk=household.user.pk).language == "en"
    entry = AuditEntry.objects.get(action="language.chosen")
    assert (entry.actor, entry.details) == (f"user:{household.user.pk}", {"language": "en"})
    assert language_of(client.get(f"/vs/{household.premise.public_id}/").text) == "en"


def test_the_login_s_language_comes_before_cookie_and_browser(client: Client, household: Household) -> None:
    User.objects.filter(pk=household.user.pk).update(language="en")
    client.cookies["sprache"] = "de"
    assert language_of(client.get("/hilfe/").text) == "de"

    sign_in(client, household.user)

    assert language_of(client.get("/hilfe/", headers={"Accept-Language": "de"}).text) == "en"
    assert language_of(Client().get("/hilfe/").text) == "de"


def test_the_same_language_again_leaves_no_trace(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    before = snapshot()

    assert client.post(URL, {"sprache": "de"}).status_code == 303

    assert snapshot() == before


@pytest.mark.parametrize("language", ["", "fr", "en-GB", "../en", "x" * 300])
def test_a_language_that_there_is_not_changes_nothing(
    client: Client, household: Household, language: str
) -> None:
    sign_in(client, household.user)
    before = snapshot()

    response = client.post(URL, {"sprache": language, "weiter": "/hilfe/"})

    assert response.headers["Location"] == "/hilfe/"
    assert "sprache" not in response.cookies
    assert snapshot() == before


@pytest.mark.parametrize(
    "path",
    ["", "https://fremd.example/", "//fremd.example", "/\\fremd.example", "javascript:alert(1)", "hilfe/"],
)
def test_nobody_is_led_to_another_site(client: Client, path: str) -> None:
    assert client.post(URL, {"sprache": "en", "weiter": path}).headers["Location"] == "/"


def test_a_line_break_in_the_way_back_breaks_nothing(client: Client) -> None:
    response = client.post(URL, {"sprache": "en", "weiter": "/hilfe/\r\nSet-Cookie: x=1"})

    assert response.status_code == 303
    assert "\n" not in response.headers["Location"]


def test_another_site_cannot_switch(household: Household) -> None:
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, household.user)
    before = snapshot()

    assert strict.post(URL, {"sprache": "en"}).status_code == 403

    assert snapshot() == before


def test_who_registers_in_english_is_written_to_in_english(client: Client, household: Household) -> None:
    typed = {"customer_number": "0099999", "name": "Eva Weber", "email": "eva@beispiel.de"}
    client.post("/registrieren/", typed, headers=ENGLISH)
    process_registrations(timezone.now())

    assert {mail.language for mail in OutgoingMail.objects.all()} == {"en"}
