"""``/hilfe/<thema>/``: one topic with its answers."""

import pytest
from django.test import Client


def test_reading_a_meter_is_drawn_for_every_kind(client: Client) -> None:
    page = client.get("/hilfe/zaehler-ablesen/").text

    assert "<h1>Zähler richtig ablesen</h1>" in page
    for shown in (
        "Stromzähler mit Drehscheibe",
        "Anzeige 1.8.0",
        "HT",
        "Gaszähler",
        "roten Zeigern",
        "Wärmezähler",
    ):
        assert any(shown in label for label in page.split('role="img" aria-label="')[1:]), shown
    assert "style=" not in page


def test_a_topic_leads_on_to_the_others(client: Client) -> None:
    page = client.get("/hilfe/abschlag/").text

    assert page.count('class="kachel"') == 11
    assert 'href="/hilfe/abschlag/"' not in page
    assert '<a href="/hilfe/">Alle Fragen zeigen</a>' in page


@pytest.mark.parametrize("topic", ["einhorn", "impressum", "..", "zaehler-ablesen.md", "ABSCHLAG"])
def test_there_is_no_other_topic(client: Client, topic: str) -> None:
    assert client.get(f"/hilfe/{topic}/").status_code == 404
