"""``/darstellung/``: light or dark, words beside symbols, larger text."""

import pytest
from django.test import Client

from kundenportal.ui.appearance import Appearance

URL = "/darstellung/"


def test_everybody_may_open_the_page(client: Client) -> None:
    response = client.get(URL)

    assert response.status_code == 200
    assert "<h1>Darstellung</h1>" in response.text
    assert "<title>Darstellung – Kundenportal Stadtwerke Musterbach</title>" in response.text


def test_the_page_follows_the_device_at_first(client: Client) -> None:
    page = client.get(URL).text

    assert '<html lang="de">' in page


def test_saving_draws_the_next_page_as_wished(client: Client, db: None) -> None:
    wishes = {"theme": "dunkel", "shows_labels": "on", "large_text": "on"}

    response = client.post(URL, wishes)

    assert response.status_code == 303
    assert response.headers["Location"] == URL
    page = client.get(URL).text
    assert '<html lang="de" data-darstellung="dunkel" data-beschriftung data-schrift="gross">' in page
    assert "Ihre Darstellung ist gespeichert." in page


def test_saving_nothing_goes_back_to_the_device(client: Client, db: None) -> None:
    client.post(URL, {"theme": "dunkel", "large_text": "on"})

    client.post(URL, {"theme": ""})

    assert '<html lang="de">' in client.get(URL).text


def test_an_unknown_theme_is_refused_and_changes_nothing(client: Client, db: None) -> None:
    response = client.post(URL, {"theme": "rosa"})

    assert response.status_code == 422
    assert "darstellung" not in response.cookies
    assert "<title>Fehler: Darstellung – Kundenportal" in response.text


def test_who_comes_from_a_page_finds_back_to_it(client: Client, db: None) -> None:
    assert 'href="/darstellung/?weiter=/hilfe/"' in client.get("/hilfe/").text

    response = client.post(f"{URL}?weiter=/hilfe/", {"theme": "hell"})
    page = client.get(response.headers["Location"]).text

    assert '<a class="knopf knopf--schlicht" href="/hilfe/">Zurück zur Seite</a>' in page


def test_nobody_is_led_to_another_site(client: Client) -> None:
    page = client.get(f"{URL}?weiter=//fremd.example").text

    assert 'href="//fremd' not in page
    assert '<a class="knopf knopf--schlicht" href="/">Zur Startseite</a>' in page


def test_the_cookie_is_kept_from_scripts(client: Client, db: None) -> None:
    cookie = client.post(URL, {"theme": "hell"}).cookies["darstellung"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("text", ["", "rosa", 'dunkel" onload="x', "hell.hell", "....", "gross"])
def test_any_cookie_gives_wishes_the_portal_knows(text: str) -> None:
    found = Appearance.from_cookie(text)

    assert found.theme in {"", "hell", "dunkel"}
    assert Appearance.from_cookie(found.to_cookie()) == found
