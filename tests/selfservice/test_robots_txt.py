"""``/robots.txt`` (RFC 9309): what search engines may show."""

from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client


def allowed(client: Client, path: str) -> bool:
    """Judge as RFC 9309 does: the longest rule that fits wins; ``$`` ends an address."""
    rules = [line.split(": ") for line in client.get("/robots.txt").text.splitlines()[1:]]
    fitting = [
        (len(rule), verb == "Allow")
        for verb, rule in rules
        if (path == rule[:-1] if rule.endswith("$") else path.startswith(rule))
    ]
    return max(fitting)[1]


@pytest.mark.parametrize(
    "path", ["/anmelden/", "/registrieren/", "/impressum/", "/hilfe/", "/hilfe/abschlag/", "/static/x.css"]
)
def test_pages_for_everybody_may_be_shown(client: Client, path: str) -> None:
    assert allowed(client, path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/vs/7KQ2M/",
        "/konto/",
        "/passwort-neu/abc/",
        "/anmelden/link/abc/",
        "/verwaltung/",
        "/barrierefreiheit/melden/",
    ],
)
def test_everything_else_may_not(client: Client, path: str) -> None:
    assert not allowed(client, path)


def test_the_file_is_one_for_every_robot(client: Client) -> None:
    response = client.get("/robots.txt")
    parser = RobotFileParser()
    parser.parse(response.text.splitlines())

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert not parser.can_fetch("any", "/vs/7KQ2M/")
