"""Logs tell what happened and never to whom: no addresses, no tokens, no messages of exceptions."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from structlog.testing import capture_logs

from kundenportal.config import urls
from kundenportal.config.logs import configure_logging

SECRET = "kK7-geheimer-Token"


def tell(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse("")


def break_down(request: HttpRequest, token: str) -> HttpResponse:
    raise ValueError(f"DE02120300000000202051 {token}")


urlpatterns = [
    path("passwort/<token>/", tell, name="tell"),
    path("kaputt/<token>/", break_down, name="break_down"),
    *urls.urlpatterns,
]


@pytest.fixture
def written(settings: Any) -> Iterator[io.StringIO]:
    """The log as it is written in production."""
    configure_logging({"as_json": True, "level": "INFO"})
    stream = io.StringIO()
    (handler,) = [each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler]
    handler.setStream(stream)
    yield stream
    configure_logging(settings.LOGGING)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@override_settings(ROOT_URLCONF=__name__)
def test_a_request_is_logged_by_its_route_without_address_or_query(
    client: Client, written: io.StringIO
) -> None:
    answer = client.get(f"/passwort/{SECRET}/?iban=DE02120300000000202051")

    (line,) = lines(written)
    assert (line["event"], line["method"], line["route"], line["status"]) == ("request", "GET", "tell", 200)
    assert line["request_id"] == answer["X-Request-ID"]
    assert SECRET not in written.getvalue()
    assert "DE02" not in written.getvalue()


@override_settings(ROOT_URLCONF=__name__)
def test_a_page_that_does_not_exist_is_logged_without_its_address(
    client: Client, written: io.StringIO
) -> None:
    client.get(f"/nichts/{SECRET}/")

    (line,) = lines(written)
    assert (line["route"], line["status"]) == ("none", 404)
    assert SECRET not in written.getvalue()


@override_settings(ROOT_URLCONF=__name__)
def test_an_unhandled_error_is_logged_by_type_and_place_without_its_message(
    written: io.StringIO,
) -> None:
    client = Client(raise_request_exception=False)

    answer = client.get(f"/kaputt/{SECRET}/")

    assert answer.status_code == 500
    error, request = lines(written)
    assert (error["event"], error["error"]) == ("request.unhandled_error", "ValueError")
    assert error["trace"][-1].endswith(" break_down")
    assert error["request_id"] == request["request_id"]
    assert (request["route"], request["status"]) == ("break_down", 500)
    assert SECRET not in written.getvalue()
    assert "DE02" not in written.getvalue()


@override_settings(ROOT_URLCONF=__name__)
def test_a_forged_form_is_logged_without_its_address(written: io.StringIO) -> None:
    Client(enforce_csrf_checks=True).post(f"/passwort/{SECRET}/")

    (line,) = lines(written)
    assert (line["event"], line["status"]) == ("request", 403)
    assert SECRET not in written.getvalue()


def test_libraries_log_in_the_same_form(written: io.StringIO) -> None:
    logging.getLogger("psycopg.pool").warning("connection lost")

    (line,) = lines(written)
    assert (line["event"], line["level"]) == ("connection lost", "warning")


def test_what_a_log_says_cannot_command_a_terminal_or_begin_a_line(written: io.StringIO) -> None:
    name = "Zähler\x9b31m\x1b[2J\r\n\u2028{\u202e.csv"

    structlog.get_logger("kundenportal.test").warning("inbox.left_out", name=name)

    assert written.getvalue().rstrip("\n").isprintable()
    assert written.getvalue().isascii()
    (line,) = lines(written)
    assert line["name"] == name


def test_every_request_has_an_id_of_its_own(client: Client) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        ids = {client.get("/healthz")["X-Request-ID"] for _ in range(3)}

    assert len(ids) == 3
    assert {line["request_id"] for line in logs} == ids
