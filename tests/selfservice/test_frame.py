"""What stands around every page: header, navigation, account panel, footer, brand, and the error pages."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import resolve
from pytest_django import Settings

from kundenportal.core.brand import Brand
from kundenportal.customers.models import Premise
from kundenportal.selfservice.navigation import NAVIGATION, item_of
from kundenportal.ui.branding import brand_version
from kundenportal.ui.icons import UnknownIcon, icon_markup
from tests.make import NOW, make_customer, make_premise, make_register, make_user
from tests.personas import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def premise() -> Premise:
    premise = make_premise(make_customer(customer_number="0014026/1"))
    for division in ("strom", "gas", "wasser"):
        make_register(premise, division=division)
    return premise


@pytest.fixture
def page(client: Client, premise: Premise) -> str:
    sign_in(client, make_user(premise.customer))
    return client.get(f"/vs/{premise.public_id}/").text


def section(page: str, start: str, end: str) -> str:
    return page.partition(start)[2].partition(end)[0]


def test_the_account_panel_says_where_the_customer_is(page: str) -> None:
    panel = section(page, '<aside class="stelle"', "</aside>")

    assert 'aria-label="Informationen zum Konto"' in panel
    for said in ("12", "Lindenstraße 12", "91560 Musterbach", "Michael Bauer", "0014026/1"):
        assert f">{said}<" in panel
    assert re.findall(r"art--(\w+)", panel) == ["strom", "gas", "wasser"]
    assert "Verbrauchsstelle wechseln" in panel


def test_the_navigation_names_every_function_that_exists(page: str, premise: Premise) -> None:
    navigation = section(page, '<nav class="symbole"', "</nav>")

    assert re.findall(r'symbole__wort">([^<]+)<', navigation) == [
        "Startseite",
        "Zählerstände erfassen",
        "Verbrauch ansehen",
        "Dokumentenverwaltung",
        "Abschlag ändern",
        "Rechnungsadresse ändern",
        "Bankverbindung ändern",
        "Kontoverwaltung",
        "Kontaktformular",
        "Abmelden",
    ]
    assert navigation.count('class="hinweis"') == 10
    assert f'href="/vs/{premise.public_id}/" aria-current="page"' in navigation
    assert '<form action="/abmelden/" method="post"' in navigation


def test_the_bar_of_narrow_screens_has_words(page: str) -> None:
    bar = re.sub(r"<[^>]+>", " ", section(page, '<nav class="leiste"', "</nav>")).split()

    assert bar[-5:] == ["Start", "Zähler", "Dokumente", "Abschlag", "Mehr"]


def test_every_link_of_the_frame_leads_to_a_page(page: str) -> None:
    links = set(re.findall(r'(?:href|action)="(/[^"?#]*)', page))

    for link in links - {each for each in links if each.startswith("/static/")}:
        resolve(link)
    assert 'href="#"' not in page


def test_the_footer_tells_whom_to_ask(page: str) -> None:
    footer = section(page, '<footer class="fuss">', "</footer>")

    assert '<a class="num" href="tel:098720000332">09872 0000-332</a>' in footer
    assert "Montag bis Freitag, 8 bis 16 Uhr" in footer
    assert "Stadtwerke Musterbach, Kirchplatz 1, 91560 Musterbach" in footer
    assert "mailto:service@stadtwerke-musterbach.example" in footer


def test_the_footer_leads_to_help_and_legal_pages(page: str, premise: Premise) -> None:
    footer = section(page, '<footer class="fuss">', "</footer>")

    assert re.findall(r'<a href="(/[^"]*)"', footer) == [
        "/zaehlerstand-melden/",
        "/hilfe/",
        "/leichte-sprache/",
        "/impressum/",
        "/datenschutz/",
        "/barrierefreiheit/",
        f"/barrierefreiheit/melden/?seite=/vs/{premise.public_id}/",
    ]


def test_no_token_goes_into_a_report_of_a_barrier(client: Client) -> None:
    page = client.get("/das-war-ich-nicht/geheim123/").text

    assert 'href="/barrierefreiheit/melden/"' in page
    assert "seite=" not in section(page, '<footer class="fuss">', "</footer>")


def test_the_page_speaks_german_and_starts_with_a_skip_link(page: str) -> None:
    assert '<html lang="de">' in page
    assert section(page, "<body>", "<div").strip().startswith('<a class="sprung" href="#inhalt">')
    assert '<main id="inhalt" tabindex="-1">' in page
    assert page.count("<h1>") == 1


def test_a_personal_page_is_kept_by_nobody(client: Client, premise: Premise) -> None:
    sign_in(client, make_user(premise.customer))

    for url in (f"/vs/{premise.public_id}/", "/auswahl/"):
        assert client.get(url).headers["Cache-Control"] == "no-store, private"


def test_the_content_policy_allows_only_our_own_files(client: Client) -> None:
    policy = client.get("/darstellung/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_switching_says_where_the_customer_is_now(client: Client) -> None:
    here, there = make_premise(), make_premise(street="Gartenweg", house_number="7a")
    sign_in(client, make_user(here.customer, there.customer))
    first = client.get(f"/vs/{here.public_id}/").text

    second = client.get(f"/vs/{there.public_id}/").text
    again = client.get(f"/vs/{there.public_id}/").text

    said = 'role="status" class="meldungen"'
    assert (said in first, said in second, said in again) == (False, True, False)
    assert "Sie sind jetzt in Gartenweg 7a." in second


def test_the_switch_dialog_offers_every_premise(client: Client) -> None:
    here, there = make_premise(), make_premise(street="Gartenweg", house_number="7a")
    sign_in(client, make_user(here.customer, there.customer))

    dialog = section(client.get(f"/vs/{here.public_id}/").text, "<dialog id=", "</dialog>")

    assert "Alles, was Sie sehen und ändern, gilt für die gewählte Verbrauchsstelle." in dialog
    assert f'href="/vs/{here.public_id}/" aria-current="true"' in dialog
    assert f'href="/vs/{there.public_id}/"' in dialog
    assert dialog.count("Gewählt") == 1
    assert 'role="search"' not in dialog


def test_what_a_customer_is_called_is_never_markup(client: Client) -> None:
    customer = make_customer(first_name="<script>", last_name='"&')
    premise = make_premise(customer, street="<b>", house_number="'")
    sign_in(client, make_user(customer))

    page = client.get(f"/vs/{premise.public_id}/").text

    assert "<script>," not in page
    assert "Guten Tag, &lt;script&gt; &quot;&amp;" in page


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("home", "home"),
        ("readings", "readings"),
        ("readings_check", "readings"),
        ("reading", "home"),
        ("", "home"),
    ],
)
def test_a_page_belongs_to_the_function_its_name_begins_with(name: str, key: str) -> None:
    assert item_of(name).key == key


def test_every_function_has_an_icon_and_its_own_key() -> None:
    assert len({item.key for item in NAVIGATION}) == len(NAVIGATION)
    for item in NAVIGATION:
        assert icon_markup(item.icon).startswith('<svg class="icon"')


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(UnknownIcon, match="unicorn"):
        icon_markup("unicorn")


def test_the_brand_colours_are_served_for_ever_under_their_hash(client: Client, settings: Settings) -> None:
    brand = Brand(light="#0f5fae")
    settings.UTILITY = dataclasses.replace(settings.UTILITY, brand=brand)
    address = f"/marke.css?v={brand_version(brand)}"

    response = client.get(address)

    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "--marke-hell:#0f5fae;" in response.text
    assert f'href="{address}"' in client.get("/darstellung/").text
    assert client.get("/marke.css?v=old").headers["Cache-Control"] == "public, max-age=300"


def test_a_tab_shows_a_sign_in_the_colour_of_the_plate_or_the_logo(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.UTILITY = dataclasses.replace(settings.UTILITY, brand=Brand(plate="#0f5fae"))
    drawn = client.get("/marke-zeichen")
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"a logo")
    settings.UTILITY = dataclasses.replace(settings.UTILITY, brand=Brand(logo=str(logo)))
    given = client.get("/marke-zeichen")

    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert 'fill="#0f5fae"' in drawn.text
    assert (given.headers["Content-Type"], given.content) == ("image/png", b"a logo")
    assert '<link rel="icon" href="/marke-zeichen?v=' in client.get("/darstellung/").text


def test_the_logo_of_the_utility_is_shown(client: Client, settings: Settings, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")
    brand = Brand(logo=str(logo))
    settings.UTILITY = dataclasses.replace(settings.UTILITY, brand=brand)
    address = f"/marke-logo?v={brand_version(brand)}"

    response = client.get(address)

    assert f'src="{address}"' in client.get("/darstellung/").text
    assert (response.content, response.headers["Content-Type"]) == (b"<svg/>", "image/svg+xml")


def test_a_utility_without_a_logo_has_no_logo_address(client: Client) -> None:
    assert client.get("/marke-logo").status_code == 404
    assert "/marke-logo" not in client.get("/darstellung/").text
