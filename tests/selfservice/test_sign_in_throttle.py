"""``/anmelden/`` under guessing: it gets slow for guessers, and nobody is locked out (security.md A2)."""

import datetime as dt

import pytest
import structlog
import time_machine
from django.contrib import auth
from django.db import OperationalError, connection
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity import password_hashing, spraying
from kundenportal.identity.failure_streaks import MAX_FAILURES
from kundenportal.identity.models import AttemptCounter, FailureStreak, User
from kundenportal.identity.services import set_password
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, make_customer, make_user
from tests.security_mails import text_of_mail

URL = "/anmelden/"
ONLY_BY_LINK = "Zu viele Versuche. Bitte melden Sie sich per E-Mail-Link an"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def owner() -> User:
    return make_user(make_customer(customer_number="0014026/1"), make_customer(customer_number="0010224/1"))


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """Return the list that every hash comparison adds its stored hash to."""
    compared: list[str] = []
    verify = password_hashing.verify_password

    def counting(password: str, encoded: str):
        compared.append(encoded)
        return verify(password, encoded)

    monkeypatch.setattr(password_hashing, "verify_password", counting)
    return compared


def attempt(client: Client, identifier: str = "14026", password: str = "falsch", *, place: int = 1):
    fields = {"identifier": identifier, "password": password}
    return client.post(URL, fields, REMOTE_ADDR=f"198.51.{place}.9")


def guess(identifier: str = "14026", *, times: int = 5, places: int = 1) -> list[int]:
    """Guess from strange browsers, one place after the other, and return the statuses."""
    return [attempt(Client(), identifier, place=100 + turn % places).status_code for turn in range(times)]


def words_of(response) -> str:
    return " ".join(response.content.decode().split())


def is_signed_in(client: Client) -> bool:
    return auth.SESSION_KEY in client.session


def age_streak(failures: int) -> None:
    """Let a login's streak have grown over days."""
    FailureStreak.objects.update(failures=failures, recent=0)


def test_after_five_wrong_passwords_no_hash_is_computed_for_a_minute(owner, client, clock, hashes) -> None:
    assert guess() == [422] * 5
    hashes.clear()
    response = attempt(client, password=PASSWORD)
    assert response.status_code == 429
    assert "Bitte warten Sie 1 Minute oder setzen Sie Ihr Passwort zurück." in words_of(response)
    assert hashes == []
    assert not is_signed_in(client)
    clock.shift(dt.timedelta(seconds=60))
    assert attempt(client, password=PASSWORD).status_code == 303


@pytest.mark.parametrize("identifier", ["14026", "0099999/1", "m.bauer@beispiel.de", "fremd@beispiel.de"])
def test_waits_double_up_to_a_quarter_of_an_hour_for_known_and_unknown_names(
    owner, client, clock, identifier: str
) -> None:
    guess(identifier)
    for minutes in (1, 2, 4, 8, 15, 15, 15):
        response = attempt(client, identifier)
        assert response.status_code == 429
        assert f"Bitte warten Sie {minutes} Minute" in words_of(response)
        clock.shift(dt.timedelta(minutes=minutes, seconds=-1))
        assert attempt(client, identifier).status_code == 429
        clock.shift(dt.timedelta(seconds=1))
        assert attempt(client, identifier).status_code == 422


def test_tries_during_a_wait_do_not_lengthen_it(owner, client, clock) -> None:
    guess()
    for _ in range(10):
        clock.shift(dt.timedelta(seconds=5))
        attempt(client)
    clock.shift(dt.timedelta(seconds=10))
    assert attempt(client, password=PASSWORD).status_code == 303


def test_a_quiet_hour_makes_five_tries_free_again(owner, client, clock) -> None:
    guess()
    clock.shift(dt.timedelta(seconds=3601))
    assert guess(times=6) == [422] * 5 + [429]
    assert FailureStreak.objects.get().failures == 10


def test_all_numbers_and_the_address_of_a_login_share_one_counter(owner, client) -> None:
    for name in ("14026", "0014026/1", "0010224/1", "M.Bauer@beispiel.de", " 10224 "):
        assert attempt(client, name).status_code == 422
    for name in ("14026", "0010224/1", "m.bauer@beispiel.de"):
        assert attempt(client, name, PASSWORD).status_code == 429
    assert not is_signed_in(client)


def test_places_do_not_get_a_counter_each(owner) -> None:
    assert guess(times=8, places=8) == [422] * 5 + [429] * 3


def test_signing_in_begins_the_count_anew(owner, client) -> None:
    guess(times=4)
    assert attempt(client, password=PASSWORD).status_code == 303
    assert not FailureStreak.objects.exists()
    assert guess(times=5) == [422] * 5


def test_the_owner_gets_in_from_a_known_device_while_a_neighbour_guesses(owner, client) -> None:
    attempt(client, password=PASSWORD)
    client.post("/abmelden/")
    guess(times=30)
    assert attempt(client, password=PASSWORD, place=100).status_code == 303
    assert is_signed_in(client)


def test_a_known_device_has_ten_tries_in_a_quarter_of_an_hour_of_its_own(owner, client, clock) -> None:
    attempt(client, password=PASSWORD)
    client.post("/abmelden/")
    assert [attempt(client).status_code for _ in range(11)] == [422] * 10 + [429]
    assert attempt(client, password=PASSWORD).status_code == 429
    assert attempt(Client(), password=PASSWORD).status_code == 303
    clock.shift(dt.timedelta(minutes=15))
    assert attempt(client, password=PASSWORD).status_code == 303


@pytest.mark.parametrize("cookie", ["x.y", "", "..", "a" * 16 + "." + "0" * 32])
def test_a_made_up_device_is_unknown(owner, client, cookie: str) -> None:
    guess()
    client.cookies["__Host-geraet"] = client.cookies["geraet"] = cookie
    assert attempt(client, password=PASSWORD).status_code == 429


def test_a_device_known_to_one_login_is_a_stranger_to_another(owner, client) -> None:
    make_user(make_customer(customer_number="0020001/1"), email="nachbar@beispiel.de")
    attempt(client, "20001", PASSWORD)
    client.post("/abmelden/")
    guess()
    assert attempt(client, "14026", PASSWORD).status_code == 429


def test_of_logins_that_share_an_address_only_the_one_guessed_at_waits(owner, client) -> None:
    other = make_user(make_customer(customer_number="0020001/1"))
    other.set_password("ein anderes Wort zwei")
    other.save()
    guess("14026")
    assert attempt(client, "m.bauer@beispiel.de", PASSWORD).status_code == 422
    assert attempt(client, "m.bauer@beispiel.de", "ein anderes Wort zwei").status_code == 303


def test_at_a_hundred_failures_the_password_works_from_known_devices_only(owner, client, clock) -> None:
    attempt(client, password=PASSWORD)
    client.post("/abmelden/")
    guess(times=1)
    age_streak(MAX_FAILURES - 1)
    clock.shift(dt.timedelta(hours=2))
    assert guess(times=1) == [422]
    clock.shift(dt.timedelta(days=300))
    stranger = Client()
    response = attempt(stranger, password=PASSWORD)
    assert response.status_code == 429
    assert ONLY_BY_LINK in words_of(response)
    assert not is_signed_in(stranger)
    assert attempt(client, password=PASSWORD).status_code == 303
    assert attempt(stranger, password=PASSWORD).status_code == 303


def test_a_name_without_a_login_reaches_its_hundred_alike(client, clock) -> None:
    guess("0099999/1", times=1)
    age_streak(MAX_FAILURES)
    response = attempt(client, "0099999/1")
    assert response.status_code == 429
    assert ONLY_BY_LINK in words_of(response)
    assert not OutgoingMail.objects.exists()


def test_the_owner_of_a_login_with_a_hundred_failures_is_told_once_a_day(owner, clock) -> None:
    guess(times=1)
    age_streak(MAX_FAILURES - 1)
    guess(times=4, places=4)
    mail = OutgoingMail.objects.get(kind="sign_in_blocked")
    assert mail.recipient == "m.bauer@beispiel.de"
    assert "/anmelden/link/" in text_of_mail(mail)
    assert "/das-war-ich-nicht/" in text_of_mail(mail)
    assert AuditEntry.objects.filter(action="security.sign_in_blocked").count() == 1
    clock.shift(dt.timedelta(days=1))
    guess(times=2)
    assert OutgoingMail.objects.filter(kind="sign_in_blocked").count() == 2


def test_a_new_password_opens_the_door_again(owner, client) -> None:
    guess(times=1)
    age_streak(MAX_FAILURES)
    set_password(owner, password_hash=password_hashing.hash_password(PASSWORD), now=NOW)
    assert attempt(client, password=PASSWORD).status_code == 303


def test_one_place_may_fail_a_hundred_times_an_hour(client, clock) -> None:
    statuses = []
    for minute in range(6):
        statuses += [attempt(client, str(10_000 + 20 * minute + turn)).status_code for turn in range(20)]
        clock.shift(dt.timedelta(minutes=1))
    assert statuses == [422] * 100 + [429] * 20


@pytest.fixture
def few(monkeypatch) -> None:
    """Let five names a window be the limit of the detector."""
    limit = spraying.Limit("spray-total", "all", 5, spraying.WINDOW)
    monkeypatch.setattr(spraying, "IDENTIFIERS", 5)
    monkeypatch.setattr(spraying, "_TOTAL", limit)


def spray(names: int) -> None:
    for turn in range(names):
        attempt(Client(), str(30_000 + turn), place=turn)


def test_one_password_tried_on_many_names_raises_one_alarm(few) -> None:
    with structlog.testing.capture_logs() as logs:
        spray(5)
        assert not AuditEntry.objects.filter(action="sign_in.spraying").exists()
        spray(9)
    assert AuditEntry.objects.get(action="sign_in.spraying").actor == "system"
    assert [log["event"] for log in logs].count("sign_in.spraying") == 1
    refused = [log for log in logs if log["event"] == "sign_in.refused"]
    assert refused[0] == {"event": "sign_in.refused", "way": "password", "log_level": "warning"}


def test_the_same_name_tried_often_is_no_spraying(few) -> None:
    for place in range(3):
        guess("14026", times=5, places=place + 1)
    assert not AuditEntry.objects.exists()


def test_while_one_sprays_unknown_devices_get_one_free_try_and_five_a_minute(
    few, owner, client, clock
) -> None:
    attempt(client, password=PASSWORD)
    client.post("/abmelden/")
    spray(6)
    assert guess("14027", times=2) == [422, 429]
    assert [attempt(Client(), str(40_000 + turn), place=7).status_code for turn in range(6)] == [422] * 5 + [
        429
    ]
    assert [attempt(client).status_code for _ in range(3)] == [422] * 3
    assert attempt(client, password=PASSWORD).status_code == 303
    clock.shift(dt.timedelta(minutes=20))
    assert guess("14028", times=5) == [422] * 5


@pytest.mark.parametrize("table", [AttemptCounter, FailureStreak])
def test_without_counters_nobody_signs_in_and_no_password_is_looked_at(owner, hashes, table) -> None:
    client = Client(raise_request_exception=False)
    name = connection.ops.quote_name(table._meta.db_table)

    def broken(execute, sql, params, many, context):
        if f"INSERT INTO {name}" in sql:
            raise OperationalError("no counter")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(broken):
        assert attempt(client, password=PASSWORD).status_code == 503
    assert hashes == []
    assert not is_signed_in(client)


def test_names_are_kept_only_as_hashes(owner) -> None:
    guess("m.bauer@beispiel.de", times=1)
    guess("fremd@beispiel.de", times=1)
    keys = list(FailureStreak.objects.values_list("key", flat=True))
    assert {len(key) for key in keys} == {64}
    assert not any("beispiel" in key for key in keys)
