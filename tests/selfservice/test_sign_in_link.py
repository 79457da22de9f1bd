"""``/anmelden/link/``, its mail, and the link in it: the door that nobody can shut."""

import datetime as dt

import pytest
import time_machine
from django.contrib import auth
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.failure_streaks import MAX_FAILURES
from kundenportal.identity.models import FailureStreak, OneTimeSecret, User
from kundenportal.linking.models import SignInLinkRequest
from kundenportal.linking.services import process_sign_in_links
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, make_customer, make_passkey, make_user
from tests.security_mails import link_in, recipients, text_of_mail

URL = "/anmelden/link/"
SENT = "/anmelden/link/gesendet/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def owner() -> User:
    return make_user(make_customer(customer_number="0014026/1"))


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def ask(identifier: str = "14026", *, place: int = 1) -> None:
    Client().post(URL, {"identifier": identifier}, REMOTE_ADDR=f"198.51.{place}.9")
    process_sign_in_links(now())


def newest_link() -> str:
    return link_in(OutgoingMail.objects.filter(kind="sign_in_link").latest("id"), URL, now=now())


def is_signed_in(client: Client) -> bool:
    return auth.SESSION_KEY in client.session


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_sign_in_page_leads_to_it(client) -> None:
    assert f'href="{URL}"' in text_of(client.get("/anmelden/"))
    assert "<h1>Per E-Mail-Link anmelden</h1>" in text_of(client.get(URL))


def test_an_empty_form_says_what_is_missing(client) -> None:
    response = client.post(URL, {"identifier": ""})
    assert response.status_code == 422
    assert "Bitte geben Sie eins davon ein: Ihre Kundennummer oder Ihre E-Mail." in text_of(response)
    assert not SignInLinkRequest.objects.exists()


def test_the_answer_is_the_same_whether_or_not_there_is_a_login(client, owner) -> None:
    make_customer(customer_number="0014027/1")
    answers = []
    for identifier in ("14026", "14027", "99999", "m.bauer@beispiel.de", "fremd@beispiel.de", "Michael"):
        response = client.post(URL, {"identifier": identifier})
        headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
        answers.append((response.status_code, response.content, headers, dict(response.cookies)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 303
    assert not OutgoingMail.objects.exists()
    assert "Wenn es dazu ein Konto gibt" in text_of(client.get(SENT))


def test_the_request_looks_nothing_up(client, owner, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(7) as queries:
        client.post(URL, {"identifier": "14026"})
    assert not any("identity_user" in query["sql"] for query in queries.captured_queries)


@pytest.mark.parametrize("identifier", ["14026", "0014026/1", "M.Bauer@Beispiel.de"])
def test_the_link_signs_in_with_a_post_and_only_once(client, owner, identifier: str) -> None:
    ask(identifier)
    assert recipients("sign_in_link") == ["m.bauer@beispiel.de"]
    assert not SignInLinkRequest.objects.exists()
    link = newest_link()
    page = client.get(link)
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store, private")
    assert "0014026/1" in text_of(page)
    assert not is_signed_in(client)
    response = client.post(link)
    assert (response.status_code, response["Location"]) == (303, "/")
    assert client.session[auth.SESSION_KEY] == str(owner.pk)
    assert client.session["proved_at"] == 0
    assert AuditEntry.objects.get(action="sign_in.by_link").actor == f"user:{owner.pk}"
    stranger = Client()
    for answer in (stranger.post(link), stranger.get(link)):
        assert answer.status_code == 410
        assert f'href="{URL}"' in text_of(answer)
    assert not is_signed_in(stranger)


@pytest.mark.parametrize("case", ["expired", "unknown", "new password", "inactive", "staff"])
def test_a_link_that_opens_nothing_says_so(client, owner, clock, case: str) -> None:
    ask()
    link = newest_link()
    if case == "expired":
        clock.shift(dt.timedelta(minutes=60))
    elif case == "unknown":
        link = f"{URL}{'x' * 27}/"
    elif case == "new password":
        OneTimeSecret.objects.update(used_at=NOW)
    else:
        User.objects.update(is_active=case != "inactive", is_staff=case == "staff")
    assert client.post(link).status_code == 410
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "values", [{"is_active": False}, {"is_staff": True}, {"email_verified_at": None}], ids=str
)
def test_a_login_that_may_not_gets_no_link(owner, values) -> None:
    User.objects.update(**values)
    ask()
    assert not OutgoingMail.objects.exists()


def test_a_second_factor_is_asked_for_after_the_link(client, owner) -> None:
    make_passkey(owner)
    ask()
    response = client.post(newest_link())
    assert response["Location"] == "/anmelden/bestaetigen/"
    assert not is_signed_in(client)
    assert client.get("/auswahl/").status_code == 303


def test_logins_that_share_a_mailbox_share_the_mail(client, owner) -> None:
    other = make_user(make_customer(customer_number="0020001/1"))
    ask("m.bauer@beispiel.de")
    text = text_of_mail(OutgoingMail.objects.get(kind="sign_in_link"))
    assert "0014026/1" in text
    assert "0020001/1" in text
    first, second = [line for line in text.split() if URL in line]
    client.post(second[second.index(URL) :])
    assert client.session[auth.SESSION_KEY] == str(other.pk)
    assert client.get(first[first.index(URL) :]).status_code == 200


def test_one_mail_a_minute_and_five_an_hour_whichever_name_is_used(owner, clock) -> None:
    for minute in range(8):
        ask("14026", place=2 * minute)
        ask("m.bauer@beispiel.de", place=2 * minute + 1)
        clock.shift(dt.timedelta(minutes=1))
    assert len(recipients("sign_in_link")) == 5
    clock.shift(dt.timedelta(hours=1))
    ask()
    assert len(recipients("sign_in_link")) == 6


def test_nobody_ends_a_neighbours_link_by_asking_for_another(client, owner, clock) -> None:
    ask()
    link = newest_link()
    for _ in range(3):
        clock.shift(dt.timedelta(minutes=1))
        ask(place=66)
        newest_link()
    assert client.post(link)["Location"] == "/"
    assert is_signed_in(client)


def test_the_first_link_used_ends_the_others(client, owner, clock) -> None:
    ask()
    first = newest_link()
    clock.shift(dt.timedelta(minutes=1))
    ask()
    client.post(newest_link())
    assert Client().post(first).status_code == 410


def test_the_link_opens_the_door_again_that_a_guesser_shut(client, owner) -> None:
    wrong = {"identifier": "14026", "password": "falsch"}
    client.post("/anmelden/", wrong)
    FailureStreak.objects.update(failures=MAX_FAILURES)
    assert client.post("/anmelden/", wrong | {"password": PASSWORD}).status_code == 429
    ask()
    client.post(newest_link())
    assert is_signed_in(client)
    assert Client().post("/anmelden/", wrong | {"password": PASSWORD}).status_code == 303
