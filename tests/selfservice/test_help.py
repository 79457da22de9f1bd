"""``/hilfe/``: topics, all questions, and a search that needs no scripts."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

URL = "/hilfe/"


def questions(client: Client, typed: str) -> list[str]:
    return re.findall(r'class="frage" href="[^"]+">([^<]+)<', client.get(URL, {"suche": typed}).text)


def test_the_page_leads_to_every_topic_and_every_question(client: Client) -> None:
    page = client.get(URL).text

    assert "<h1>Hilfe</h1>" in page
    assert page.count('class="kachel"') == 12
    assert '<a class="frage" href="/hilfe/anmelden/#ich-habe-mein-passwort-vergessen">' in page
    assert len(questions(client, "")) > 60


@pytest.mark.parametrize("typed", ["passwort vergessen", "PASSWORT  Vergessen", "vergessen passwort"])
def test_every_word_counts_in_any_order(client: Client, typed: str) -> None:
    assert questions(client, typed)[0] == "Ich habe mein Passwort vergessen"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("zaehlernummer", "Wo steht die Zählernummer?"),
        ("Iban", "Meine IBAN wird nicht angenommen"),
        ("rote zeiger", "Wasserzähler"),
    ],
)
def test_spellings_and_answers_count_too(client: Client, typed: str, found: str) -> None:
    assert found in questions(client, typed)


def test_a_search_says_how_much_it_found_and_keeps_the_word(client: Client) -> None:
    page = client.get(URL, {"suche": "Passwort"}).text

    assert "<title>Hilfe zu „Passwort“ – " in page
    assert re.search(r"\d Antworten zu „Passwort“", page)
    assert 'value="Passwort"' in page
    assert 'class="kachel"' not in page
    assert '<a href="/hilfe/">Alle Fragen zeigen</a>' in page


@pytest.mark.parametrize("typed", ["Einhorn", "?!", "x" * 500, "<script>"])
def test_nothing_found_is_said_with_a_way_on(client: Client, typed: str) -> None:
    page = client.get(URL, {"suche": typed}).text

    if questions(client, typed) == []:
        assert "Dazu haben wir keine Antwort gefunden. Bitte versuchen Sie ein anderes Wort." in page
    assert "<script>" not in page
    assert 'href="tel:098720000332"' in page


def test_a_topic_of_the_utility_is_found_after_the_others(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.TEXTS_DIR = str(tmp_path)
    folder = tmp_path / "de" / "hilfe"
    folder.mkdir(parents=True)
    (folder / "freibad.md").write_text("# Freibad\n\n## Wann ist offen?\n\nIm Sommer.")
    (folder / "bankverbindung.md").write_text("")

    tiles = re.findall(r'class="kachel" href="/hilfe/([a-z-]+)/"', client.get(URL).text)

    assert tiles[-1] == "freibad"
    assert "bankverbindung" not in tiles
    assert questions(client, "Sommer") == ["Wann ist offen?"]
    assert client.get("/hilfe/bankverbindung/").status_code == 404
