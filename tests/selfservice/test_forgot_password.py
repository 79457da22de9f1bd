"""``/passwort-vergessen/``, its mail, and ``/passwort-neu/<token>/``."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.linking import services
from kundenportal.linking.models import PasswordResetRequest
from kundenportal.linking.services import process_password_resets
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, make_customer, make_user
from tests.security_mails import text_of_mail

URL = "/passwort-vergessen/"
SENT = "/passwort-vergessen/gesendet/"
NEW = {"password": "Regal Mond Kutsche Quark", "password_repeat": "Regal Mond Kutsche Quark"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def ask(client, identifier: str, **headers: str) -> None:
    client.post(URL, {"identifier": identifier}, **headers)
    process_password_resets(NOW)


def mail_text() -> str:
    return text_of_mail(OutgoingMail.objects.get(kind="password_reset"))


def links() -> list[str]:
    return re.findall(r"/passwort-neu/[\w-]+/", mail_text())


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_answer_is_the_same_whether_or_not_there_is_a_login(client) -> None:
    make_user(make_customer(customer_number="0014026/1"))
    make_customer(customer_number="0014027/1")
    answers = []
    for identifier in ("14026", "14027", "99999", "m.bauer@beispiel.de", "fremd@beispiel.de", "Michael"):
        response = client.post(URL, {"identifier": identifier})
        headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
        answers.append((response.status_code, response.content, headers, dict(response.cookies)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 303
    assert not OutgoingMail.objects.exists()
    assert (
        "Wenn es dazu ein Konto gibt, haben wir einen Link an die hinterlegte E-Mail-Adresse gesendet. "
        "Der Link gilt 60 Minuten." in text_of(client.get(SENT))
    )


def test_the_request_looks_nothing_up(client, django_assert_max_num_queries) -> None:
    make_user(make_customer(customer_number="0014026/1"))
    with django_assert_max_num_queries(6) as queries:
        client.post(URL, {"identifier": "14026"})
    assert not any("identity_user" in query["sql"] for query in queries.captured_queries)
    assert PasswordResetRequest.objects.get().identifier == "0014026/1"


@pytest.mark.parametrize("identifier", ["14026", "0014026/1", "M.Bauer@Beispiel.de"])
def test_the_stored_address_gets_one_mail_and_the_request_is_gone(client, identifier: str) -> None:
    user = make_user(make_customer(customer_number="0014026/1"))
    ask(client, identifier)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.context) == (
        "password_reset",
        user.email,
        {"user_ids": [user.pk]},
    )
    assert not PasswordResetRequest.objects.exists()
    assert process_password_resets(NOW) == 0


@pytest.mark.parametrize(
    "identifier", ["99999", "fremd@beispiel.de", "Michael Bauer", "14027", "14028", "x" * 254]
)
def test_nobody_gets_a_mail_when_there_is_no_login(client, identifier: str) -> None:
    make_customer(customer_number="0014027/1")
    make_user(make_customer(customer_number="0014028/1"), is_active=False)
    ask(client, identifier)
    assert not OutgoingMail.objects.exists()
    assert not PasswordResetRequest.objects.exists()


def test_logins_that_share_an_address_get_one_mail_with_a_link_for_each(client) -> None:
    first = make_user(make_customer(customer_number="0014026/1"), make_customer(customer_number="0010224/1"))
    second = make_user(make_customer(customer_number="0010156/1"))
    ask(client, "m.bauer@beispiel.de")
    text = mail_text()
    assert "Kundennummer: 0010224/1, 0014026/1\n" in text
    assert "Kundennummer: 0010156/1\n" in text
    assert OneTimeSecret.objects.filter(user__in=[first, second], used_at=None).count() == 2


def test_three_requests_an_hour_are_answered_for_known_and_unknown_alike(client) -> None:
    for identifier in ("14026", "99999"):
        for _ in range(5):
            assert client.post(URL, {"identifier": identifier}).status_code == 303
    assert PasswordResetRequest.objects.count() == 6


def test_an_empty_field_is_named(client) -> None:
    response = client.post(URL, {"identifier": " "})
    assert response.status_code == 422
    assert "Bitte geben Sie eins davon ein: Ihre Kundennummer oder Ihre E-Mail." in text_of(response)
    assert not PasswordResetRequest.objects.exists()


def test_the_link_sets_a_password_ends_every_session_and_tells_the_mailbox(client) -> None:
    user = make_user(make_customer(customer_number="0014026/1"))
    elsewhere = Client()
    elsewhere.post("/anmelden/", {"identifier": "14026", "password": PASSWORD})
    ask(client, "14026")
    (link,) = links()
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    response = client.post(link, NEW, HTTP_USER_AGENT=firefox, follow=True)
    assert response.redirect_chain == [("/anmelden/", 303)]
    assert "Ihr Passwort ist geändert." in text_of(response)
    user.refresh_from_db()
    assert user.check_password(NEW["password"])
    assert user.password_changed_at == NOW
    assert not auth.get_user(client).is_authenticated
    assert elsewhere.get("/auswahl/").status_code == 303
    changed = OutgoingMail.objects.get(kind="password_changed")
    assert "Zeit: 22.11.2026, 12:00 Uhr\nGerät: Firefox, Windows\n" in text_of_mail(changed)
    assert AuditEntry.objects.filter(action="password.reset", actor=f"user:{user.pk}").count() == 1


def test_opening_the_link_changes_nothing_however_often(client) -> None:
    make_user(make_customer(customer_number="0014026/1"))
    ask(client, "14026")
    (link,) = links()
    before = list(OneTimeSecret.objects.values()), list(User.objects.values()), Session.objects.count()
    for _ in range(3):
        response = client.get(link)
        assert response.status_code == 200
    assert "0014026/1" in text_of(response)
    assert "no-store" in response["Cache-Control"]
    assert (
        list(OneTimeSecret.objects.values()),
        list(User.objects.values()),
        Session.objects.count(),
    ) == before


@pytest.mark.parametrize("case", ["expired", "used", "older", "unknown", "inactive", "password changed"])
def test_a_link_that_opens_nothing_changes_nothing(client, clock, case: str) -> None:
    user = make_user(make_customer(customer_number="0014026/1"))
    ask(client, "14026")
    (link,) = links()
    if case == "expired":
        clock.shift(dt.timedelta(minutes=60))
    elif case == "used":
        client.post(link, NEW)
    elif case == "older":
        links()
    elif case == "unknown":
        link = "/passwort-neu/gibt-es-nicht/"
    elif case == "inactive":
        User.objects.update(is_active=False)
    else:
        (newer,) = links()
        client.post(newer, NEW)
    before = User.objects.get(pk=user.pk).password
    for response in (client.get(link), client.post(link, dict.fromkeys(NEW, "ein anderes gutes Wort"))):
        assert response.status_code == 410
        assert "Dieser Link ist abgelaufen." in text_of(response)
        assert "Neuen Link senden" in text_of(response)
    assert User.objects.get(pk=user.pk).password == before


@pytest.mark.parametrize("password", ["kurz", "Michael-Bauer-14026", "beispiel-0014026"])
def test_a_password_that_will_not_do_leaves_the_link_good(client, password: str) -> None:
    make_user(make_customer(customer_number="0014026/1"))
    ask(client, "14026")
    (link,) = links()
    assert client.post(link, {"password": password, "password_repeat": password}).status_code == 422
    assert client.post(link, NEW).status_code == 303


def test_a_link_used_between_looking_and_sending_is_told(client, monkeypatch) -> None:
    make_user(make_customer(customer_number="0014026/1"))
    ask(client, "14026")
    (link,) = links()

    def fail(**values: object) -> None:
        raise services.LinkExpired

    monkeypatch.setattr(services, "reset_password", fail)
    assert client.post(link, NEW).status_code == 410


def test_the_page_asks_for_number_or_address(client) -> None:
    text = text_of(client.get(URL))
    assert "Kundennummer oder E-Mail" in text
    assert 'autocomplete="username"' in text
