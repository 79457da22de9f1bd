"""What is said when a page is not there, not allowed, broken, out of reach, or was open for too long."""

import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError
from django.test import Client
from pytest_django import Settings

from kundenportal.identity.kept_forms import is_secret

TYPED = {"theme": "dunkel", "large_text": "on"}
OURS = {"Sec-Fetch-Site": "same-origin"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def break_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Let the page about the look break, and return a browser that sees what visitors see."""

    def break_down(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("kundenportal.selfservice.views.appearance.AppearanceForm", break_down)
    return Client(raise_request_exception=False)


def offered(page: str) -> dict[str, str]:
    """Return what a page offers to send again."""
    return {name: value for name, value in HIDDEN.findall(page) if name != "csrfmiddlewaretoken"}


def heading(page: str) -> str:
    return re.findall(r"<h1>([^<]+)</h1>", page)[0]


# None of the following asks the database: a query would fail these tests.


def test_a_page_that_is_not_there(client: Client) -> None:
    response = client.get("/gibt-es-nicht/")

    assert (response.status_code, heading(response.text)) == (404, "Diese Seite gibt es nicht.")
    assert 'href="/hilfe/"' in response.text


def test_a_page_of_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    response = break_with(PermissionDenied(), monkeypatch).get("/darstellung/")

    assert response.status_code == 403
    assert 'href="/auswahl/"' in response.text
    assert "Konto wechseln" in response.text


def test_a_request_that_no_form_of_ours_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    response = break_with(SuspiciousOperation(), monkeypatch).get("/darstellung/")

    assert (response.status_code, heading(response.text)) == (400, "Das konnten wir nicht lesen.")


def test_more_than_a_form_can_hold(client: Client) -> None:
    response = client.post("/darstellung/", {"x": "x" * 1_100_000})

    assert (response.status_code, heading(response.text)) == (400, "Das konnten wir nicht lesen.")


@pytest.mark.parametrize("path", ["/abmelden/", "/sitzung/verlaengern/"])
def test_the_target_of_a_button_opened_by_hand(client: Client, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, heading(response.text)) == (405, "Diese Seite lässt sich so nicht öffnen.")
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_programs_get_a_short_answer(client: Client, method: str) -> None:
    assert getattr(client, method)("/impressum/").content == b""


def test_a_broken_page_has_the_number_of_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    response = break_with(RuntimeError(), monkeypatch).get("/darstellung/")

    assert (response.status_code, heading(response.text)) == (500, "Das hat nicht geklappt.")
    assert (
        "Ihre Eingaben wurden nicht gesendet. Bitte versuchen Sie es in einigen Minuten noch einmal."
        in response.text
    )
    number = re.findall(r'Fehlernummer <b class="num">([0-9A-F]+)</b>', response.text)[0]
    assert response.headers["X-Request-ID"].upper().startswith(number)
    assert number.lower() in caplog.text


def test_a_broken_page_gives_back_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    client = break_with(RuntimeError(), monkeypatch)

    response = client.post("/darstellung/?weiter=/hilfe/", TYPED, headers=OURS)

    assert response.status_code == 500
    assert offered(response.text) == TYPED
    assert 'action="/darstellung/?weiter=/hilfe/"' in response.text
    assert response.headers["Cache-Control"] == "no-store, private"


def test_even_without_its_template_a_broken_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    client = break_with(RuntimeError(), monkeypatch)
    monkeypatch.setattr("kundenportal.ui.errors.frame", lambda _: 1 / 0)

    response = client.get("/darstellung/")

    assert (response.status_code, heading(response.text)) == (500, "Das hat nicht geklappt.")


@pytest.mark.parametrize("error", [OperationalError("connection refused"), InterfaceError("closed")])
def test_a_database_out_of_reach_is_told_apart_from_a_broken_page(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    response = break_with(error, monkeypatch).post("/darstellung/", TYPED, headers=OURS)

    assert (response.status_code, heading(response.text)) == (503, "Das Portal ist gerade nicht erreichbar.")
    assert response.headers["Retry-After"] == "300"
    assert "Fehlernummer" in response.text
    assert 'href="tel:098720000332"' in response.text
    assert offered(response.text) == TYPED


def test_what_was_typed_at_a_bad_time_goes_through_afterwards(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)

    refused = strict.post("/darstellung/", TYPED | {"csrfmiddlewaretoken": "alt"}, headers=OURS)
    again = dict(HIDDEN.findall(refused.text))
    response = strict.post("/darstellung/", again, headers=OURS)

    assert heading(refused.text) == "Die Seite war zu lange offen."
    assert "Bitte senden Sie noch einmal. Ihre Eingaben sind noch da." in refused.text
    assert response.status_code == 303
    assert response.cookies["darstellung"].value == "dunkel.gross"


@pytest.mark.parametrize(
    ("headers", "is_offered"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"}, False),
        ({"Origin": "http://localhost:8000"}, True),
        ({"Origin": "https://fremd.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_only_our_own_page_has_its_form_offered_again(
    settings: Settings, headers: dict[str, str], is_offered: bool
) -> None:
    settings.BASE_URL = "http://localhost:8000"

    page = Client(enforce_csrf_checks=True).post("/darstellung/", TYPED, headers=headers).text

    assert offered(page) == (TYPED if is_offered else {})


def test_files_cannot_be_given_back_and_the_page_says_so() -> None:
    photo = SimpleUploadedFile("zaehler.jpg", b"x")
    page = Client(enforce_csrf_checks=True).post("/darstellung/", TYPED | {"foto": photo}, headers=OURS).text

    assert "Dateien und Fotos wählen Sie bitte danach noch einmal aus." in page


def test_a_browser_that_takes_no_cookies_is_told_so() -> None:
    first = Client(enforce_csrf_checks=True)
    page = first.post("/darstellung/", TYPED, headers=OURS).text
    later = first.post("/darstellung/", TYPED, headers=OURS).text

    assert "erlauben Sie bitte Cookies" in page
    assert "erlauben Sie bitte Cookies" not in later


@pytest.mark.parametrize(
    "name",
    ["password", "new_password1", "neues_passwort", "csrfmiddlewaretoken", "code", "otp_token", "credential"],
)
def test_secrets_are_never_given_back(name: str) -> None:
    page = Client(enforce_csrf_checks=True).post("/darstellung/", {name: "geheim"}, headers=OURS).text

    assert is_secret(name)
    assert "geheim" not in page
