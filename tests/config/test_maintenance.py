"""The switch that closes the portal: a page with its end and a number to call, without the database."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from kundenportal.config.maintenance import (
    InvalidTime,
    current_maintenance,
    parse_until,
    switch_off,
    switch_on,
)
from tests.make import NOW

UNTIL = NOW + dt.timedelta(hours=2)
"""14:00 at the utility."""


@pytest.fixture(autouse=True)
def _directory(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def state(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("maintenance", *arguments)
    return capsys.readouterr().out.strip()


# Nothing here is marked for a database: a query would fail these tests.


@pytest.mark.parametrize(
    "path", ["/", "/anmelden/", "/vs/7KQ2M/zaehlerstaende/", "/gibt-es-nicht/", "/hilfe/"]
)
def test_everybody_reads_when_it_ends_and_whom_to_call(client: Client, path: str) -> None:
    switch_on(UNTIL)
    client.cookies["sitzung"] = "a-session"

    response = client.get(path)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "7200"
    assert response.headers["Cache-Control"] == "no-store, private"
    assert "<h1>Wir arbeiten gerade am Portal.</h1>" in response.text
    assert "Voraussichtlich sind wir um 14:00 Uhr wieder für Sie da." in response.text
    assert 'href="tel:098720000332"' in response.text
    assert f'href="{path}">Noch einmal versuchen</a>' in response.text


def test_an_end_on_another_day_is_told_with_its_day(client: Client) -> None:
    switch_on(NOW + dt.timedelta(days=1))

    assert "am Montag, 23. November 2026, um 12:00 Uhr" in client.get("/anmelden/").text


@pytest.mark.parametrize("until", [None, NOW, NOW - dt.timedelta(hours=1)])
def test_without_an_end_or_after_it_nothing_is_promised(client: Client, until: dt.datetime | None) -> None:
    switch_on(until)

    response = client.get("/anmelden/")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "300"
    assert "Bitte versuchen Sie es in einigen Minuten noch einmal." in response.text
    assert "Uhr wieder" not in response.text


def test_what_was_typed_is_kept_in_the_page_but_no_password(client: Client) -> None:
    switch_on(UNTIL)
    typed = {"identifier": "14026", "password": "vier Wörter ohne Sinn"}

    page = client.post("/anmelden/", typed, headers={"Sec-Fetch-Site": "same-origin"}).text

    assert '<input type="hidden" name="identifier" value="14026">' in page
    assert "vier Wörter" not in page
    assert "Ihre Eingaben wurden nicht gesendet." in page
    assert "Noch einmal senden" in page
    assert 'name="csrfmiddlewaretoken" value="' in page


def test_what_a_stranger_s_page_sends_is_not_offered_again(client: Client) -> None:
    switch_on(UNTIL)

    page = client.post("/anmelden/", {"identifier": "14026"}, headers={"Sec-Fetch-Site": "cross-site"}).text

    assert "14026" not in page


@pytest.mark.parametrize("path", ["/healthz", "/marke.css", "/marke-zeichen"])
def test_what_machines_and_the_page_itself_need_stays_up(client: Client, path: str) -> None:
    switch_on(UNTIL)

    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/impressum/", "/datenschutz/", "/barrierefreiheit/"])
def test_what_the_law_wants_to_be_there_is_there_also_for_who_was_signed_in(
    client: Client, path: str
) -> None:
    switch_on(UNTIL)
    client.cookies["sitzung"] = "a-session"

    assert client.get(path).status_code == 200


def test_switching_off_opens_the_portal(client: Client) -> None:
    switch_on(UNTIL)

    assert switch_off()
    assert client.get("/impressum/").status_code == 200
    assert current_maintenance() is None
    assert not switch_off()


@pytest.mark.parametrize("text", ["", "bis zwei", "2026-11-22T14:00"])
def test_a_file_written_by_hand_closes_the_portal_too(settings: Settings, text: str) -> None:
    (Path(settings.DATA_DIR) / "maintenance").write_text(text)

    maintenance = current_maintenance()

    assert maintenance is not None
    assert maintenance.until == (dt.datetime(2026, 11, 22, 13, tzinfo=dt.UTC) if "T" in text else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:00", dt.datetime(2026, 11, 22, 13, tzinfo=dt.UTC)),
        (" 9:30 ", dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.UTC)),
        ("12:00", dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC)),
        ("2026-11-24 6:05", dt.datetime(2026, 11, 24, 5, 5, tzinfo=dt.UTC)),
    ],
)
def test_a_time_is_one_of_the_utility_s_clock_and_still_to_come(text: str, expected: dt.datetime) -> None:
    assert parse_until(text, now=NOW) == expected


@pytest.mark.parametrize(
    "text", ["", "25:00", "14", "14:60", "14 Uhr", "2026-02-30 14:00", "2026-11-22 11:59"]
)
def test_another_time_is_refused_and_nothing_is_closed(text: str) -> None:
    with pytest.raises(InvalidTime):
        parse_until(text, now=NOW)
    with pytest.raises(CommandError, match="--until: "):
        call_command("maintenance", "on", "--until", text)
    assert current_maintenance() is None


def test_the_command_tells_the_state(capsys: pytest.CaptureFixture[str]) -> None:
    assert state(capsys=capsys) == "The portal is open."
    assert "22.11.2026 14:00" in state("on", "--until", "14:00", capsys=capsys)
    assert "maintenance off" in state(capsys=capsys)
    assert state("on", capsys=capsys).startswith("The portal is closed. ")
    assert state("off", capsys=capsys) == "The portal is open."
    assert state("off", capsys=capsys) == "The portal was open already."


def test_an_end_without_a_beginning_is_refused() -> None:
    with pytest.raises(CommandError, match="maintenance on"):
        call_command("maintenance", "off", "--until", "14:00")
