"""``/sitzung/verlaengern/`` and the dialog that leads there."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from tests.make import NOW, Household
from tests.personas import sign_in

URL = "/sitzung/verlaengern/"


def at(minutes: int) -> time_machine.travel:
    return time_machine.travel(NOW + dt.timedelta(minutes=minutes), tick=False)


def seconds_of(page: str) -> int:
    match = re.search(r'data-session="(\d+)"', page)
    assert match is not None
    return int(match[1])


@pytest.mark.parametrize("path", ["/konto/", "/auswahl/", "/vs/{}/", "/vs/{}/zaehlerstaende/"])
def test_every_page_of_a_login_knows_how_long_the_session_lasts(
    client: Client, household: Household, path: str
) -> None:
    sign_in(client, household.user)
    page = client.get(path.format(household.premise.public_id)).content.decode()
    assert seconds_of(page) == 30 * 60
    assert "Sind Sie noch da?" in page
    assert "Aus Sicherheitsgründen melden wir Sie in 2 Minuten ab." in page
    assert "Angemeldet bleiben" in page


def test_pages_for_everybody_have_no_dialog(client: Client, household: Household) -> None:
    assert "data-session" not in client.get("/anmelden/").content.decode()


def test_the_answer_keeps_the_session_alive(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    with at(28):
        response = client.post(URL)
    assert response.json() == {"seconds": 30 * 60}
    with at(57):
        assert client.get("/konto/").status_code == 200


def test_nothing_lasts_longer_than_twelve_hours(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    for minutes in range(20, 720, 20):
        with at(minutes):
            seconds = client.post(URL).json()["seconds"]
    assert seconds == 20 * 60


def test_a_session_that_is_over_is_not_brought_back(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    with at(30):
        response = client.post(URL)
        assert (response.status_code, response["Location"].partition("?")[0]) == (303, "/anmelden/")
        assert client.get("/konto/").status_code == 303


def test_the_answer_takes_a_post(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    assert client.get(URL).status_code == 405
