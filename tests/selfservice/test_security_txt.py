"""``/.well-known/security.txt`` (RFC 9116)."""

import dataclasses
import datetime as dt

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from kundenportal.core.legal_details import SecurityContact
from tests.make import NOW

URL = "/.well-known/security.txt"


def fields(client: Client) -> dict[str, str]:
    response = client.get(URL)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in response.text.splitlines())


def test_it_tells_whom_to_write_to(client: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://portal.stadtwerke.example"

    found = fields(client)

    assert found["Contact"] == f"mailto:{settings.UTILITY.email}"
    assert found["Preferred-Languages"] == "de, en"
    assert found["Canonical"] == "https://portal.stadtwerke.example/.well-known/security.txt"
    assert found["Policy"] == "https://portal.stadtwerke.example/sicherheit-melden/"


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_it_is_valid_for_less_than_a_year_and_for_longer_than_it_is_cached(client: Client, hour: int) -> None:
    now = NOW.replace(hour=hour)
    with time_machine.travel(now, tick=False):
        expires = dt.datetime.fromisoformat(fields(client)["Expires"])
        cached = int(client.get(URL).headers["Cache-Control"].split("max-age=")[1].split(",")[0])

    assert now + dt.timedelta(seconds=cached) < expires < now + dt.timedelta(days=365)


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        ("it-sicherheit@stadtwerke.example", "mailto:it-sicherheit@stadtwerke.example"),
        ("https://stadtwerke.example/sicherheit", "https://stadtwerke.example/sicherheit"),
    ],
)
def test_the_utility_s_own_contact_and_policy_count(
    client: Client, settings: Settings, contact: str, line: str
) -> None:
    security = SecurityContact(contact=contact, policy="https://stadtwerke.example/regeln")
    settings.UTILITY = dataclasses.replace(settings.UTILITY, security=security)

    found = fields(client)

    assert (found["Contact"], found["Policy"]) == (line, "https://stadtwerke.example/regeln")
