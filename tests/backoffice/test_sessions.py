"""Sessions of the two sites: a cookie each, and data that the other site cannot read."""

import datetime as dt

import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from kundenportal.identity.models import StaffMember, User
from tests.make import NOW, make_customer, make_premise, make_user
from tests.personas import sign_in
from tests.staff import give_app, make_member, sign_in_member

CUSTOMER_COOKIE, STAFF_COOKIE = settings.SESSION_COOKIE_NAME, settings.STAFF_SESSION_COOKIE_NAME
OWN = "/verwaltung/mein-zugang/"


def make_customer_login() -> User:
    return make_user(make_premise().customer, email="kunde@beispiel.de")


def test_a_customer_s_session_opens_nothing_here_in_whichever_cookie(clerk: StaffMember) -> None:
    client = Client()
    key = sign_in(client, make_customer_login())
    assert client.get("/konto/").status_code == 200
    assert client.get(OWN).status_code == 303
    client.cookies[STAFF_COOKIE] = key
    assert client.get(OWN).status_code == 303
    assert client.get("/konto/").status_code == 200


def test_a_member_s_session_opens_nothing_there_in_whichever_cookie(clerk: StaffMember) -> None:
    client = Client()
    key = sign_in_member(client, clerk)
    assert client.get("/konto/").status_code == 303
    client.cookies[CUSTOMER_COOKIE] = key
    assert client.get("/konto/").status_code == 303
    assert client.post("/anmelden/", {"identifier": "14026", "password": "falsch"}).status_code == 422
    assert client.get(OWN).status_code == 200


def test_a_forged_session_of_a_member_opens_nothing_on_the_customer_site(clerk: StaffMember) -> None:
    """Such a session cannot come about; were there one, it would be worth nothing."""
    client = Client()
    sign_in(client, clerk.user)
    assert client.get("/konto/").status_code == 404
    assert client.get(OWN).status_code == 303


def test_a_forged_session_of_a_customer_opens_nothing_here(clerk: StaffMember) -> None:
    client = Client()
    member = make_member(email="maier@stadtwerke.example")
    sign_in_member(client, member)
    User.objects.filter(pk=member.pk).update(is_staff=False)
    assert client.get(OWN).status_code == 303


def test_one_browser_is_both_at_once_and_signs_out_of_one(clerk: StaffMember) -> None:
    client = Client()
    sign_in(client, make_customer_login())
    sign_in_member(client, clerk)
    assert client.get("/konto/").status_code == client.get(OWN).status_code == 200
    client.post("/abmelden/")
    assert client.get("/konto/").status_code == 303
    assert client.get(OWN).status_code == 200


def test_signing_in_gives_the_session_a_new_key_and_forgets_what_it_held(
    client: Client, clerk: StaffMember
) -> None:
    app = give_app(clerk)
    client.post("/verwaltung/anmelden/", {"email": clerk.user.email, "password": "vier Wörter ohne Sinn"})
    before = client.cookies[STAFF_COOKIE].value
    client.post("/verwaltung/anmelden/bestaetigen/", {"code": app.at(NOW)})
    assert client.cookies[STAFF_COOKIE].value != before
    assert not Session.objects.filter(pk=before).exists()
    assert CUSTOMER_COOKIE not in client.cookies


def test_the_cookie_is_as_careful_as_that_of_customers(client: Client, clerk: StaffMember) -> None:
    give_app(clerk)
    client.post("/verwaltung/anmelden/", {"email": clerk.user.email, "password": "vier Wörter ohne Sinn"})
    cookie = client.cookies[STAFF_COOKIE]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")


def test_a_quarter_of_an_hour_away_signs_out_and_keeps_what_was_sent(clerk: StaffMember) -> None:
    client = Client()
    sign_in_member(client, clerk)
    with time_machine.travel(NOW + dt.timedelta(minutes=14), tick=False):
        assert client.get(OWN).status_code == 200
    with time_machine.travel(NOW + dt.timedelta(minutes=30), tick=False):
        response = client.post(OWN, {"uses_shortcuts": "on"})
        assert response.status_code == 303
        assert response["Location"].startswith("/verwaltung/anmelden/?weiter=%2Fverwaltung%2Ffortsetzen%2F")
        assert "Sie waren länger nicht aktiv." in client.get("/verwaltung/anmelden/").text
        sign_in_member(client, clerk)
        kept = response["Location"].split("%2F")[3]
        page = client.get(f"/verwaltung/fortsetzen/{kept}/").text
        assert 'name="uses_shortcuts" value="on"' in page


def test_ten_hours_are_the_longest_session(clerk: StaffMember) -> None:
    client = Client()
    sign_in_member(client, clerk)
    for minutes in range(10, 600, 10):
        with time_machine.travel(NOW + dt.timedelta(minutes=minutes), tick=False):
            assert client.get(OWN).status_code == 200
    with time_machine.travel(NOW + dt.timedelta(hours=10), tick=False):
        assert client.get(OWN).status_code == 303


def test_the_dialog_before_the_end_leads_to_this_site(desk: Client) -> None:
    page = desk.get(OWN).text
    assert 'data-session="900"' in page
    assert 'action="/verwaltung/sitzung/verlaengern/"' in page
    assert desk.post("/verwaltung/sitzung/verlaengern/").json() == {"seconds": 900}


def test_the_back_office_answers_on_its_own_host_alone(desk: Client, settings: Settings) -> None:
    settings.STAFF_HOST = "amt.localhost"
    settings.ALLOWED_HOSTS = ["amt.localhost", "testserver"]
    assert desk.get(OWN).status_code == 404
    assert desk.get("/anmelden/").status_code == 200
    headers = {"host": "amt.localhost"}
    assert desk.get(OWN, headers=headers).status_code == 200
    assert desk.get("/", headers=headers)["Location"] == "/verwaltung/"
    assert desk.get("/anmelden/", headers=headers).status_code == 404
    assert desk.get("/healthz", headers=headers).status_code == 200
    assert desk.get("/marke.css", headers=headers).status_code == 200


def test_errors_stand_in_the_frame_of_their_site(desk: Client) -> None:
    page = desk.get("/verwaltung/gibt-es-nicht/")
    assert page.status_code == 404
    assert 'href="/verwaltung/"' in page.text
    assert 'href="/verwaltung/"' not in desk.get("/gibt-es-nicht/").text


def test_a_customer_number_is_no_way_in(client: Client, clerk: StaffMember) -> None:
    make_customer(customer_number="0014026/1")
    give_app(clerk)
    assert (
        client.post(
            "/anmelden/", {"identifier": clerk.user.email, "password": "vier Wörter ohne Sinn"}
        ).status_code
        == 422
    )
