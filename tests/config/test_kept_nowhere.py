"""What may be about somebody is kept by no browser; open pages that are merely read may be."""

import pytest
from django.test import Client

from tests.make import make_customer, make_user
from tests.personas import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

NOWHERE = "no-store, private"
FORMS = ["/registrieren/", "/passwort-vergessen/", "/anmelden/link/", "/barrierefreiheit/melden/"]


@pytest.mark.parametrize("url", FORMS)
def test_what_was_typed_into_an_open_form_is_kept_nowhere(client: Client, url: str) -> None:
    answer = client.post(url, {"email": "m.bauer@"})
    assert (answer.status_code, answer.get("Cache-Control")) == (422, NOWHERE)


@pytest.mark.parametrize("url", FORMS)
def test_an_open_form_that_is_merely_read_may_be_kept(client: Client, url: str) -> None:
    assert "Cache-Control" not in client.get(url).headers


@pytest.mark.parametrize(
    ("url", "status"), [("/gibt-es-nicht/", 404), ("/%00/", 404), ("/abmelden/", 405), ("/healthz", 405)]
)
def test_a_page_about_what_went_wrong_is_kept_nowhere_and_framed_nowhere(
    client: Client, url: str, status: int
) -> None:
    answer = client.post(url) if url == "/healthz" else client.get(url)
    assert (answer.status_code, answer.get("Cache-Control")) == (status, NOWHERE)
    assert answer.get("X-Frame-Options") == "DENY"


@pytest.mark.parametrize("url", [*FORMS, "/darstellung/", "/vs/7KQ2M4P/"])
def test_nothing_is_kept_of_a_session(client: Client, url: str) -> None:
    sign_in(client, make_user(make_customer()))
    assert client.get(url).get("Cache-Control") == NOWHERE
