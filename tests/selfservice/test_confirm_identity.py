"""``/konto/bestaetigen/`` and ``/konto/fortsetzen/<id>/``, and the decorator that leads there."""

import datetime as dt
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from kundenportal.audit.models import AuditEntry
from kundenportal.identity import acts
from kundenportal.identity.acts import AskedBy, SensitiveAct
from kundenportal.identity.models import AttemptCounter, KeptForm, SignedInDevice
from kundenportal.selfservice.access import customer_required
from kundenportal.ui.fresh_authentication import fresh_authentication_required
from tests.make import NOW, PASSWORD, Household, make_household, make_user
from tests.personas import sign_in
from tests.security_mails import recipients

URL = "/konto/bestaetigen/"
WRONG = "Das Passwort stimmt nicht."
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_PASSWORD)
def act(request) -> HttpResponse:
    """Stand for any sensitive act."""
    return HttpResponse(f"{request.method}: {sorted(request.POST.items())}")


urlpatterns = [path("tat/", act), path("", include("kundenportal.config.urls"))]


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(
        "kundenportal.ui.fresh_authentication.ACTS",
        acts.ACTS | {SensitiveAct.CHANGE_PASSWORD: AskedBy.PAGE_BEFORE},
    )
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def household(clock, client: Client) -> Household:
    household = make_household()
    sign_in(client, household.user)
    return household


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def weiter_of(response) -> str:
    assert response.status_code == 303
    return parse_qs(urlsplit(response["Location"]).query)["weiter"][0]


def confirm(client: Client, weiter: str, password: str = PASSWORD):
    return client.post(f"{URL}?weiter={quote(weiter, safe='')}", {"current_password": password})


def test_five_minutes_after_signing_in_nothing_is_asked(client, clock, household) -> None:
    clock.shift(dt.timedelta(minutes=5))
    assert client.get("/tat/").status_code == 200
    clock.shift(dt.timedelta(seconds=1))
    response = client.get("/tat/?a=1")
    assert response["Location"].startswith(URL)
    assert weiter_of(response) == "/tat/?a=1"


def test_a_session_from_a_mailed_link_proves_nothing(client, clock, household) -> None:
    session = client.session
    session["proved_at"] = 0
    session.save()
    assert client.get("/tat/").status_code == 303


def test_the_password_opens_the_way_and_the_session_gets_a_new_key(client, clock, household) -> None:
    clock.shift(dt.timedelta(minutes=6))
    before = client.session.session_key
    assert confirm(client, "/tat/")["Location"] == "/tat/"
    assert client.get("/tat/").status_code == 200
    assert client.session.session_key != before
    assert SignedInDevice.objects.get().session_id == client.session.session_key


def test_a_wrong_password_is_told_and_opens_nothing(client, clock, household) -> None:
    clock.shift(dt.timedelta(minutes=6))
    response = confirm(client, "/tat/", "falsch")
    assert response.status_code == 422
    assert WRONG in text_of(response)
    assert client.get("/tat/").status_code == 303


def test_an_empty_field_is_named(client, household) -> None:
    response = confirm(client, "/tat/", "")
    assert response.status_code == 422
    assert "Bitte geben Sie Ihr Passwort ein." in text_of(response)


def test_a_found_session_is_no_place_to_guess_at(client, clock, household) -> None:
    clock.shift(dt.timedelta(minutes=6))
    answers = [confirm(client, "/tat/", "falsch").status_code for _ in range(9)]
    assert answers == [422] * 9
    assert recipients("own_password_guessed") == []
    response = client.post(URL, {"current_password": "falsch"}, follow=True, HTTP_USER_AGENT=FIREFOX)
    assert response.redirect_chain == [("/anmelden/", 303)]
    assert "Das Passwort war zu oft falsch. Wir haben Sie abgemeldet." in text_of(response)
    assert not SignedInDevice.objects.exists()
    assert confirm(client, "/tat/")["Location"].startswith("/anmelden/")


def test_everybody_who_must_know_is_told_of_a_guesser_once_a_day(client, clock, household) -> None:
    household.customer.contact_email = "michael@beispiel.de"
    household.customer.save()
    for _ in range(2):
        sign_in(client, household.user)
        for _ in range(10):
            confirm(client, "/tat/", "falsch")
    assert AuditEntry.objects.filter(action="session.ended_by_guessing").count() == 2
    assert recipients("own_password_guessed") == ["m.bauer@beispiel.de", "michael@beispiel.de"]
    clock.shift(dt.timedelta(days=1))
    sign_in(client, household.user)
    for _ in range(10):
        confirm(client, "/tat/", "falsch")
    assert len(recipients("own_password_guessed")) == 4


def test_the_owner_elsewhere_waits_but_stays_signed_in(client, clock, household) -> None:
    elsewhere = Client()
    sign_in(elsewhere, household.user)
    for _ in range(10):
        confirm(client, "/tat/", "falsch")
    assert confirm(elsewhere, "/tat/").status_code == 429
    assert elsewhere.get("/konto/").status_code == 200
    clock.shift(dt.timedelta(minutes=15))
    assert confirm(elsewhere, "/tat/").status_code == 303


@pytest.mark.parametrize("path", ["/konto/passwort/", "/konto/email/", "/konto/datenschutz/", URL])
def test_every_page_that_asks_for_the_password_ends_the_session(client, household, path: str) -> None:
    new, address = "Regal Mond Kutsche Quark", "neu@beispiel.de"
    form = {"password": new, "password_repeat": new, "email": address, "email_repeat": address}
    answers = [
        client.post(path, form | {"is_sure": "on", "current_password": "falsch"}).status_code
        for _ in range(10)
    ]
    assert answers == [422] * 9 + [303]
    assert client.get("/konto/").status_code == 303
    assert recipients("own_password_guessed") == ["m.bauer@beispiel.de"]


def test_right_passwords_do_not_count(client, household) -> None:
    for _ in range(12):
        assert confirm(client, "/tat/").status_code == 303
    assert set(AttemptCounter.objects.values_list("count", flat=True)) == {0}


@pytest.mark.parametrize("weiter", ["https://boese.example/", "//boese.example/", "boese", ""])
def test_nobody_is_led_to_another_site(client, household, weiter: str) -> None:
    assert confirm(client, weiter)["Location"] == "/konto/"


def test_what_was_being_sent_goes_on_its_way_after_the_proof(client, clock, household) -> None:
    clock.shift(dt.timedelta(minutes=6))
    fields = {"name": ["Mein <Schlüssel>"], "wahl": ["a", "b"], "password": ["geheim"], "code": ["123456"]}
    way = weiter_of(client.post("/tat/?a=1", fields))
    assert confirm(client, way)["Location"] == way
    page = text_of(client.get(way))
    assert "Ihre Eingaben sind noch da" in page
    assert 'action="/tat/?a=1" data-sent-at-once' in page
    assert '<input type="hidden" name="name" value="Mein &lt;Schlüssel&gt;">' in page
    assert '<input type="hidden" name="wahl" value="a"><input type="hidden" name="wahl" value="b">' in page
    assert "geheim" not in page
    assert "123456" not in page


def test_what_is_kept_is_encrypted(client, clock, household) -> None:
    clock.shift(dt.timedelta(minutes=6))
    client.post("/tat/", {"name": "Mein Schlüssel"})
    assert b"Schl" not in bytes(KeptForm.objects.get().sealed)


def test_what_is_kept_is_its_own_login_s_for_an_hour(client, clock, household) -> None:
    clock.shift(dt.timedelta(minutes=6))
    way = weiter_of(client.post("/tat/", {"name": "Mein Schlüssel"}))
    other = Client()
    sign_in(other, make_user(email="andere@beispiel.de"))
    assert other.get(way).status_code == 404
    assert Client().get(way).status_code == 303
    assert client.get("/konto/fortsetzen/GIBTESNICHT/").status_code == 404
    clock.shift(dt.timedelta(minutes=20))
    assert client.get(way).status_code == 200
    clock.shift(dt.timedelta(minutes=20))
    client.get("/konto/")
    clock.shift(dt.timedelta(minutes=20))
    assert client.get(way).status_code == 404


def test_what_is_too_long_is_not_kept_and_the_page_opens_anew(client, clock, household) -> None:
    clock.shift(dt.timedelta(minutes=6))
    assert weiter_of(client.post("/tat/", {"name": "x" * 60_000})) == "/tat/"
    assert not KeptForm.objects.exists()


def test_five_forms_are_kept_for_a_login_at_most(client, clock, household) -> None:
    clock.shift(dt.timedelta(minutes=6))
    ways = [weiter_of(client.post("/tat/", {"name": "x"})) for _ in range(6)]
    assert [client.get(way).status_code for way in ways] == [404] + [200] * 5


def test_what_was_typed_outlives_a_session_that_timed_out(client, clock, household) -> None:
    url = f"/vs/{household.premise.public_id}/zaehlerstaende/"
    name = f"value-{household.strom.pk}"
    clock.shift(dt.timedelta(minutes=30))
    response = client.post(url, {name: "24318"})
    way = weiter_of(response)
    assert response["Location"].startswith("/anmelden/")
    again = client.post(response["Location"], {"identifier": "14026", "password": PASSWORD})
    assert again["Location"] == way
    page = text_of(client.get(way))
    assert f'action="{url}">' in page
    assert f'name="{name}" value="24318"' in page
    assert "data-sent-at-once" not in page


def test_nothing_is_kept_of_who_was_not_signed_in(clock, household) -> None:
    response = Client().post("/tat/", {"name": "x"})
    assert weiter_of(response) == "/tat/"
    assert not KeptForm.objects.exists()
