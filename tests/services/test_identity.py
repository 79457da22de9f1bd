"""Hashing, one-time secrets and the clean-up of logins."""

import datetime as dt
import re
import threading
import time

import pytest
from django.contrib.auth.hashers import get_hasher
from django.contrib.sessions.models import Session

from kundenportal.identity import password_hashing
from kundenportal.identity.hashers import PortalArgon2PasswordHasher
from kundenportal.identity.models import AttemptCounter, OneTimeSecret
from kundenportal.identity.one_time_secrets import end_secrets_of, find_secret, issue_token, open_secret
from kundenportal.identity.password_hashing import hash_password, password_matches
from kundenportal.identity.services import delete_expired
from kundenportal.identity.throttle import allow
from tests.make import NOW, make_customer, make_user
from tests.personas import sign_in

RESET, REGISTRATION = OneTimeSecret.Purpose.PASSWORD_RESET, OneTimeSecret.Purpose.REGISTRATION
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def production_hasher(settings) -> None:
    settings.PASSWORD_HASHERS = ["kundenportal.identity.hashers.PortalArgon2PasswordHasher"]


def test_the_production_hash_is_argon2id_of_19_mib_two_passes_and_one_lane(production_hasher) -> None:
    assert isinstance(get_hasher(), PortalArgon2PasswordHasher)
    encoded = hash_password("vier Wörter ohne Sinn")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert password_matches("vier Wo\u0308rter ohne Sinn", encoded)
    assert not password_matches("vier Worter ohne Sinn", encoded)


@pytest.mark.parametrize("stored", [None, ""])
def test_a_login_that_does_not_exist_takes_one_hash_and_never_fits(monkeypatch, stored: str | None) -> None:
    compared: list[str] = []
    verify = password_hashing.verify_password

    def counting(password: str, encoded: str):
        compared.append(encoded)
        return verify(password, encoded)

    monkeypatch.setattr(password_hashing, "verify_password", counting)
    assert not password_matches("nobody", stored)
    assert len(compared) == 1
    assert compared[0].startswith(get_hasher().algorithm)


def test_one_process_computes_two_hashes_at_once(monkeypatch) -> None:
    running, most, lock = 0, 0, threading.Lock()
    # One that were alone would wait for a second in vain, and fail.
    together = threading.Barrier(password_hashing.PARALLEL_HASHES)

    def slow(password: str) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait(timeout=30)
        time.sleep(0.02)
        with lock:
            running -= 1
        return "hash"

    monkeypatch.setattr(password_hashing, "make_password", slow)
    threads = [threading.Thread(target=hash_password, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == password_hashing.PARALLEL_HASHES


@pytest.mark.django_db
def test_a_token_has_160_bits_and_only_its_hash_is_kept() -> None:
    secret, token = issue_token(RESET, subject="user:1", lifetime=HOUR, now=NOW)
    assert len(token) >= 27
    assert token not in str(OneTimeSecret.objects.values())
    assert open_secret(RESET, token, now=NOW) == secret


@pytest.mark.django_db
def test_a_secret_opens_one_purpose_until_it_expires() -> None:
    secret, token = issue_token(RESET, subject="user:1", lifetime=HOUR, now=NOW)
    assert open_secret(REGISTRATION, token, now=NOW) is None
    assert open_secret(RESET, token[:-1], now=NOW) is None
    assert open_secret(RESET, "", now=NOW) is None
    assert open_secret(RESET, token, now=NOW + HOUR - dt.timedelta(seconds=1)) == secret
    assert open_secret(RESET, token, now=NOW + HOUR) is None
    assert find_secret(RESET, token) == secret


@pytest.mark.django_db
def test_a_newer_secret_ends_the_older_of_its_purpose_and_subject_only() -> None:
    tokens = [
        issue_token(purpose, subject=subject, lifetime=HOUR, now=NOW)[1]
        for purpose, subject in ((RESET, "a"), (RESET, "b"), (REGISTRATION, "a"), (RESET, "a"))
    ]
    is_open = [
        open_secret(purpose, token, now=NOW) is not None
        for purpose, token in zip((RESET, RESET, REGISTRATION, RESET), tokens, strict=True)
    ]
    assert is_open == [False, True, True, True]


@pytest.mark.django_db
def test_the_secrets_of_a_login_can_all_be_ended() -> None:
    user = make_user()
    _, mine = issue_token(RESET, subject="user", lifetime=HOUR, now=NOW, user=user)
    _, foreign = issue_token(RESET, subject="other", lifetime=HOUR, now=NOW, user=make_user())
    end_secrets_of(user, now=NOW)
    assert open_secret(RESET, mine, now=NOW) is None
    assert open_secret(RESET, foreign, now=NOW) is not None


@pytest.mark.django_db
def test_what_expired_is_deleted_and_what_is_good_stays() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=NOW - HOUR)
    Session.objects.create(session_key="new", session_data="", expire_date=NOW + HOUR)
    allow("sign-in", "old", limit=5, window=HOUR, now=NOW - 2 * HOUR)
    allow("sign-in", "new", limit=5, window=HOUR, now=NOW)
    old = issue_token(RESET, subject="old", lifetime=HOUR, now=NOW - dt.timedelta(days=31))[0]
    recent = issue_token(RESET, subject="recent", lifetime=HOUR, now=NOW - dt.timedelta(days=29))[0]
    assert delete_expired(NOW) == 3
    assert [session.session_key for session in Session.objects.all()] == ["new"]
    assert AttemptCounter.objects.count() == 1
    assert set(OneTimeSecret.objects.values_list("pk", flat=True)) == {recent.pk}
    assert old.pk is not None
    assert delete_expired(NOW) == 0


def test_a_password_counts_to_its_last_character_and_as_typed() -> None:
    password = " " + "x" * 198 + "Y"
    stored = hash_password(password)
    assert password_matches(password, stored)
    for other in (password[:-1], password[:-1] + "y", password.strip(), password.upper(), f"{password} "):
        assert not password_matches(other, stored)


@pytest.mark.django_db
def test_a_session_key_has_more_than_128_bits(client) -> None:
    keys = {sign_in(client, make_user(make_customer())) for _ in range(3)}
    assert len(keys) == 3
    # Django draws each of 32 characters from 36.
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)
