"""What every answer says to browsers, and how cookies are called where the portal is served over HTTPS."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import kundenportal.config.settings

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ANSWERS = [
    ("/anmelden/", "text/html; charset=utf-8"),
    ("/gibt-es-nicht/", "text/html; charset=utf-8"),
    ("/verwaltung/anmelden/", "text/html; charset=utf-8"),
    ("/robots.txt", "text/plain; charset=utf-8"),
    ("/marke.css", "text/css; charset=utf-8"),
    ("/keller.js", "text/javascript; charset=utf-8"),
    ("/static/portal.js", 'text/javascript; charset="utf-8"'),
]


@pytest.mark.parametrize(("url", "content_type"), ANSWERS)
def test_an_answer_says_what_it_is_and_that_nobody_else_may_use_it(
    client: Client, settings: Any, tmp_path: Path, url: str, content_type: str
) -> None:
    settings.SECURE_HSTS_SECONDS, settings.STATIC_ROOT = 31_536_000, tmp_path
    Path(tmp_path, "portal.js").touch()

    answer = client.get(url, secure=True)
    answer.close()

    assert answer["Content-Type"] == content_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("path", ["/static/", "/static/ui/", "/.git/config", "/admin/", "/static/../.env"])
def test_there_are_no_lists_of_files_and_nothing_beside_the_pages(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/anmelden/", "/verwaltung/anmelden/", "/healthz"])
def test_a_request_is_never_sent_back_as_it_came(client: Client, path: str) -> None:
    answer = client.trace(path, headers={"X-Secret": "geheim"})
    assert answer.status_code in {403, 404, 405}
    assert b"geheim" not in answer.content


def settings_with(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> dict[str, Any]:
    monkeypatch.setenv(f"KUNDENPORTAL_{name}", value)
    return runpy.run_path(kundenportal.config.settings.__file__)


def cookie_names(monkeypatch: pytest.MonkeyPatch, base_url: str) -> dict[str, str]:
    found = settings_with(monkeypatch, "BASE_URL", base_url)
    return {name: value for name, value in found.items() if name.endswith("_COOKIE_NAME")}


def test_every_cookie_is_bound_to_the_host_and_to_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    names = cookie_names(monkeypatch, "https://portal.example")
    assert len(names) == 6
    assert [name for name in names.values() if not name.startswith("__Host-")] == []
    plain = cookie_names(monkeypatch, "http://localhost:8000")
    assert {f"__Host-{name}" for name in plain.values()} == set(names.values())


@pytest.mark.parametrize("wanted", ["true", "false"])
def test_whether_names_below_the_host_must_be_encrypted_too_is_a_setting(
    monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    found = settings_with(monkeypatch, "HSTS_SUBDOMAINS", wanted)
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is (wanted == "true")
