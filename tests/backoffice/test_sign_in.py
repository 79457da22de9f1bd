"""``/verwaltung/anmelden/``: two factors always, and a door as slow as that of customers."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import AttemptCounter, FailureStreak, SignedInDevice, StaffMember
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, make_customer, make_passkey, make_user
from tests.second_factors import wrong_code
from tests.snapshot import snapshot
from tests.staff import ADDRESS, give_app, make_member, sign_in_member

DOOR, SECOND = "/verwaltung/anmelden/", "/verwaltung/anmelden/bestaetigen/"
REFUSED = "E-Mail-Adresse oder Passwort stimmen nicht."


def show_password(client: Client, *, email: str = ADDRESS, password: str = PASSWORD):
    return client.post(DOOR, {"email": email, "password": password})


def is_signed_in(client: Client) -> bool:
    return client.get("/verwaltung/mein-zugang/").status_code == 200


def test_password_and_code_sign_in(client: Client, clerk: StaffMember) -> None:
    app = give_app(clerk)
    response = show_password(client)
    assert (response.status_code, response["Location"]) == (303, SECOND)
    assert not is_signed_in(client)
    response = client.post(SECOND, {"code": app.at(NOW)})
    assert (response.status_code, response["Location"]) == (303, "/verwaltung/")
    assert is_signed_in(client)
    actions = list(AuditEntry.objects.filter(actor=f"staff:{clerk.pk}").values_list("action", flat=True))
    assert actions[-3:] == ["staff.password_shown", "second_step.app", "security.new_device"]


def test_the_way_leads_on_after_both_steps(client: Client, clerk: StaffMember) -> None:
    app = give_app(clerk)
    way = "?weiter=%2Fverwaltung%2Fmein-zugang%2F"
    response = client.post(DOOR + way, {"email": ADDRESS, "password": PASSWORD})
    assert response["Location"] == SECOND + way
    assert client.post(response["Location"], {"code": app.at(NOW)})["Location"] == "/verwaltung/mein-zugang/"


def test_the_password_alone_opens_nothing(client: Client, clerk: StaffMember) -> None:
    response = show_password(client)
    assert response.status_code == 422
    assert REFUSED in response.text
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (ADDRESS, "falsch"),
        ("niemand@stadtwerke.example", PASSWORD),
        ("kunde@beispiel.de", PASSWORD),
        ("0014026/1", PASSWORD),
        ("nicht einmal eine Adresse", PASSWORD),
    ],
)
def test_wrong_unknown_and_customers_are_told_the_same(
    client: Client, clerk: StaffMember, email: str, password: str
) -> None:
    give_app(clerk)
    make_user(make_customer(customer_number="0014026/1"), email="kunde@beispiel.de")
    before = snapshot(but=[AttemptCounter, FailureStreak, Session])
    response = show_password(client, email=email, password=password)
    assert response.status_code == 422
    assert REFUSED in response.text
    assert email in response.text
    assert password not in response.text
    assert snapshot(but=[AttemptCounter, FailureStreak, Session]) == before


def test_a_closed_access_is_refused_like_a_wrong_password(client: Client, clerk: StaffMember) -> None:
    give_app(clerk)
    clerk.user.is_active = False
    clerk.user.save()
    assert REFUSED in show_password(client).text


@pytest.mark.parametrize("field", ["email", "password"])
def test_an_empty_field_is_named(client: Client, db: None, field: str) -> None:
    fields = {"email": ADDRESS, "password": PASSWORD} | {field: ""}
    response = client.post(DOOR, fields)
    assert response.status_code == 422
    assert f'href="#id_{field}"' in response.text


def test_guessing_slows_down(client: Client, clerk: StaffMember) -> None:
    give_app(clerk)
    for _ in range(5):
        assert show_password(client, password="falsch").status_code == 422
    response = show_password(client)
    assert response.status_code == 429
    assert "Bitte warten Sie 1 Minute." in response.text
    with time_machine.travel(NOW + dt.timedelta(minutes=2), tick=False):
        assert show_password(client).status_code == 303


def test_after_a_hundred_failures_only_a_new_link_helps(client: Client, clerk: StaffMember) -> None:
    give_app(clerk)
    show_password(client, password="falsch")
    FailureStreak.objects.update(failures=100)
    response = show_password(client)
    assert response.status_code == 429
    assert "Bitte lassen Sie sich einen neuen Zugangslink geben." in response.text
    mail = OutgoingMail.objects.get(kind="sign_in_blocked")
    assert (mail.recipient, mail.context["is_staff"]) == (ADDRESS, True)


def test_a_wrong_code_is_refused_and_five_of_them_shut_the_door(client: Client, clerk: StaffMember) -> None:
    app = give_app(clerk)
    show_password(client)
    for _ in range(5):
        response = client.post(SECOND, {"code": wrong_code(app)})
        assert response.status_code == 422
        assert "Der Code stimmt nicht oder ist abgelaufen." in response.text
    assert client.post(SECOND, {"code": app.at(NOW)}).status_code == 429
    assert not is_signed_in(client)


def test_a_code_counts_once(client: Client, clerk: StaffMember) -> None:
    app = give_app(clerk)
    for expected in (303, 422):
        browser = Client()
        show_password(browser)
        assert browser.post(SECOND, {"code": app.at(NOW)}).status_code == expected


def test_the_second_step_waits_ten_minutes(client: Client, clerk: StaffMember) -> None:
    app = give_app(clerk)
    show_password(client)
    later = NOW + dt.timedelta(minutes=11)
    with time_machine.travel(later, tick=False):
        response = client.post(SECOND, {"code": app.at(later)})
        assert response["Location"] == DOOR
        assert not is_signed_in(client)


def test_the_second_page_offers_what_the_access_has(client: Client, clerk: StaffMember) -> None:
    make_passkey(clerk.user)
    show_password(client)
    page = client.get(SECOND).text
    assert 'data-passkey="get"' in page
    assert 'name="code"' not in page
    assert "Wiederherstellungscode" not in page


def test_who_is_signed_in_is_led_in(desk: Client) -> None:
    assert desk.get(DOOR)["Location"] == "/verwaltung/"


def test_signing_out_ends_the_session_on_the_server(desk: Client) -> None:
    key = desk.cookies[settings.STAFF_SESSION_COOKIE_NAME].value
    response = desk.post("/verwaltung/abmelden/")
    assert (response.status_code, response["Location"]) == (303, DOOR)
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    desk.cookies[settings.STAFF_SESSION_COOKIE_NAME] = key
    assert not is_signed_in(desk)
    assert not SignedInDevice.objects.exists()


def test_a_form_of_a_stranger_s_page_is_refused(clerk: StaffMember) -> None:
    browser = Client(enforce_csrf_checks=True)
    sign_in_member(browser, clerk)
    before = snapshot()
    for path in ("/verwaltung/abmelden/", "/verwaltung/mein-zugang/", "/verwaltung/mein-zugang/passwort/"):
        response = browser.post(path, {"uses_shortcuts": ""})
        assert response.status_code == 403
        assert "Verwaltung" in response.text
    assert snapshot() == before
    make_member(email="maier@stadtwerke.example")
    assert browser.post(DOOR, {"email": ADDRESS, "password": PASSWORD}).status_code == 403
