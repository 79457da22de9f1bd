"""The pages made of texts: ``/impressum/`` and its like, as the portal brings them and as a utility writes them."""

import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.make import Household, make_premise
from tests.personas import sign_in
from tests.utilities import complete_utility

PAGES = {
    "/impressum/": ("Impressum", "HRB 0000"),
    "/datenschutz/": ("Datenschutz", "Musterländisches Landesamt für Datenschutzaufsicht"),
    "/barrierefreiheit/": ("Barrierefreiheit", "Marktüberwachungsstelle der Länder"),
    "/leichte-sprache/": ("Das Kunden-Portal in Leichter Sprache", "Der Zähler ist ein Gerät"),
    "/sicherheit-melden/": ("Sicherheitslücke melden", "it-sicherheit@stadtwerke-musterbach.example"),
}


@pytest.fixture(autouse=True)
def _complete(settings: Settings) -> None:
    settings.UTILITY = complete_utility()


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Path:
    """A directory of texts with one file, the German imprint."""
    settings.TEXTS_DIR = str(tmp_path)
    path = tmp_path / "de" / "impressum.md"
    path.parent.mkdir()
    path.write_text("# Impressum von uns\n\nWir sind {name}.", encoding="utf-8")
    return path


@pytest.mark.parametrize("url", PAGES)
def test_everybody_may_read_it(client: Client, url: str) -> None:
    response = client.get(url)

    title, said = PAGES[url]
    assert response.status_code == 200
    assert f"<title>{title} – Kundenportal Stadtwerke Musterbach</title>" in response.text
    assert response.text.count("<h1>") == 1
    assert f"<h1>{title}</h1>" in response.text
    assert said in response.text
    assert "[…]" not in response.text


@pytest.mark.parametrize("url", PAGES)
def test_nothing_is_asked_of_the_database_for_a_visitor(client: Client, url: str) -> None:
    # Without the mark for a database a query would fail this test.
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("url", ["/impressum/", "/hilfe/", "/hilfe/abschlag/"])
def test_a_customer_keeps_his_navigation(client: Client, household: Household, url: str) -> None:
    sign_in(client, household.user)

    response = client.get(url)

    assert f'href="/vs/{household.premise.public_id}/zaehlerstaende/"' in response.text
    assert response.headers["Cache-Control"] == "no-store, private"


def test_a_file_of_the_utility_takes_the_place_of_the_draft(client: Client, own: Path) -> None:
    page = client.get("/impressum/").text

    assert "<h1>Impressum von uns</h1>" in page
    assert "<p>Wir sind Stadtwerke Musterbach.</p>" in page
    assert "HRB" not in page
    assert "Cookies" in client.get("/datenschutz/").text


def test_an_edited_file_shows_at_once(client: Client, own: Path) -> None:
    client.get("/impressum/")
    stat = own.stat()

    own.write_text("# Impressum von uns\n\nWir sind Nachbarn.")
    os.utime(own, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000))

    assert "Wir sind Nachbarn." in client.get("/impressum/").text


def test_an_edited_fact_shows_at_once(client: Client, own: Path, settings: Settings) -> None:
    client.get("/impressum/")
    settings.BASE_URL = "https://neu.example"
    own.write_text("# Impressum\n\n{host}")

    assert "neu.example" in client.get("/impressum/").text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_any_editor_will_do(client: Client, own: Path, encoding: str) -> None:
    own.write_text("# Grüße\n\nÖl und Wärme", encoding=encoding)

    page = client.get("/impressum/").text

    assert "<h1>Grüße</h1>" in page
    assert "Öl und Wärme" in page


def test_what_a_utility_writes_is_never_markup(client: Client, own: Path) -> None:
    own.write_text("# <b>Wir</b>\n\n<script>alert(1)</script>")

    page = client.get("/impressum/").text

    assert "<script>alert" not in page
    assert "<h1>&lt;b&gt;Wir&lt;/b&gt;</h1>" in page


def test_a_missing_fact_leaves_a_gap_to_be_seen(client: Client, own: Path) -> None:
    own.write_text("# Impressum\n\nNummer: {nummer}")

    assert "Nummer: […]" in client.get("/impressum/").text


def test_a_reader_of_another_language_gets_the_german_text_where_there_is_no_other(
    client: Client, own: Path
) -> None:
    (own.parent / "hilfe").mkdir()
    (own.parent / "hilfe" / "gas-umstellung.md").write_text("# Gas-Umstellung\n\n## Wann?\n\nBald.")

    page = client.get("/hilfe/gas-umstellung/", headers={"Accept-Language": "fr"}).text

    assert "<h1>Gas-Umstellung</h1>" in page


def test_long_texts_begin_with_what_they_are_about(client: Client) -> None:
    assert '<li><a href="#cookies">Cookies</a></li>' in client.get("/datenschutz/").text
    assert '<h2 id="cookies">Cookies</h2>' in client.get("/datenschutz/").text


@pytest.mark.parametrize("url", ["/impressum/", "/hilfe/", "/barrierefreiheit/melden/", "/darstellung/"])
def test_a_customer_with_many_premises_costs_no_more_queries(
    client: Client, household: Household, url: str
) -> None:
    sign_in(client, household.user)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(20):
        make_premise(household.customer, street="Gasse", house_number=str(number))
    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few) <= 8
