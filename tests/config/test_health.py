"""``/healthz`` and ``/readyz``."""

import datetime as dt

import psycopg
import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from django.utils import timezone

from kundenportal.config import health
from kundenportal.config.models import JobRunnerSeen


def test_a_living_process_says_so_without_the_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer


@pytest.mark.django_db
def test_an_installation_with_a_job_runner_is_ready(client: Client) -> None:
    JobRunnerSeen.objects.create(runner="a:1", seen_at=timezone.now())

    answer = client.get("/readyz")

    assert (answer.status_code, set(answer.json().values())) == (200, {"ok"})


@pytest.mark.django_db
@pytest.mark.parametrize("age", [None, dt.timedelta(minutes=6)])
def test_an_installation_without_a_job_runner_is_not_ready(client: Client, age: dt.timedelta | None) -> None:
    if age:
        JobRunnerSeen.objects.create(runner="a:1", seen_at=timezone.now() - age)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "migrations": "ok", "job_runner": "not seen for 5 minutes"}


@pytest.mark.django_db
def test_a_missing_migration_makes_an_installation_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = health._needed_migrations()
    monkeypatch.setattr(health, "_needed_migrations", lambda: needed | {("config", "0099_later")})

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["migrations"]) == (503, "1 missing")


def test_an_unreachable_database_tells_neither_host_nor_password(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("connection to db.intern as portal failed")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    monkeypatch.setattr(health, "missing_migrations", refuse)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": "unreachable"})


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server to be lost")
def test_a_lost_server_is_waited_for_for_two_seconds_apart_from_the_pool(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[dict[str, object]] = []

    def refuse(**parameters: object) -> None:
        tries.append(parameters)
        raise psycopg.OperationalError("connection timeout expired")

    monkeypatch.setattr(psycopg, "connect", refuse)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": "unreachable"})
    assert [each["connect_timeout"] for each in tries] == [2]


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
