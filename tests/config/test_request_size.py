"""A request with more in it than any form takes is refused by a kind page, before it is read."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.selfservice.reading_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/anmelden/", "/vs/X/kontakt/", "/gibt-es-nicht/"])
def test_a_request_that_is_too_large_gets_a_kind_page(client: Client, settings: Settings, path: str) -> None:
    settings.MAX_REQUEST_SIZE = 100
    answer = client.post(path, {"anfrage": "x" * 200})
    assert answer.status_code == 413
    text = text_of(answer)
    assert "Ihre Dateien sind zu groß." in text
    assert "Jede Datei darf höchstens 10 MB groß sein" in text


def test_one_that_is_just_small_enough_is_read(client: Client, settings: Settings) -> None:
    body = "identifier=a&password=b"
    settings.MAX_REQUEST_SIZE = len(body)
    form = "application/x-www-form-urlencoded"
    assert client.post("/anmelden/", body, content_type=form).status_code == 422
    assert client.post("/anmelden/", f"{body}c", content_type=form).status_code == 413


@pytest.mark.parametrize("declared", ["", "x", "-5", "²"])
def test_a_strange_length_is_left_to_the_server(client: Client, declared: str) -> None:
    assert client.get("/anmelden/", CONTENT_LENGTH=declared).status_code == 200
