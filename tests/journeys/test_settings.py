"""The settings in a browser: colours that can be read, a text, and taking a change back."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from kundenportal.identity.models import StaffMember
from tests.journeys.conftest import HEIGHT, Check, heading_is, sit_down
from tests.make import PASSWORD
from tests.staff import make_member
from tests.utilities import live_utility

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PAGE = "/verwaltung/einstellungen/"


@pytest.fixture(autouse=True)
def supervisor(settings: Settings) -> StaffMember:
    settings.UTILITY = live_utility()
    return make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")


def change_the_colour(page: Page) -> None:
    """Type a colour that is too light, take what is proposed, and save it."""
    page.goto(f"{PAGE}farben/aendern/")
    colour = page.get_by_role("textbox", name="Ihre Farbe (hell)")
    colour.fill("#3d9bff")
    page.get_by_role("button", name="Vorschau").click()
    expect(page.locator(".fehlertext")).to_contain_text("Weiß auf Ihrer Farbe: 2,8 : 1. Nötig sind 4,5 : 1.")
    colour.fill(page.locator(".kontrast__vorschlag b").inner_text())
    page.get_by_label("Ihr Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()


def test_a_colour_and_a_text_are_changed_and_taken_back(
    page: Page, live_server: LiveServer, supervisor: StaffMember, check_everywhere: Check
) -> None:
    sit_down(page.context, supervisor, live_server)
    change_the_colour(page)
    check_everywhere(page)
    page.get_by_role("link", name="Zurück auf die Datei").click()
    heading_is(page, "Zurück auf die Datei")
    check_everywhere(page)
    page.get_by_label("Ihr Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Wieder einsetzen").click()
    expect(page.get_by_role("region", name="Ihre Farbe (hell)")).to_contain_text("#12418f")
    page.goto(f"{PAGE}texte/de/impressum/aendern/")
    page.get_by_label("Text (Markdown)").fill("# Impressum\n\n{telefon}")
    page.get_by_role("button", name="Vorschau").click()
    expect(page.get_by_role("region", name="Vorschau: Impressum")).to_be_visible()
    check_everywhere(page)
    for path in (
        "",
        "texte/",
        "grenzen/aendern/",
        "logo/aendern/",
        "mailvorlagen/",
        "mailvorlagen/reading_received/",
    ):
        page.goto(PAGE + path)
        check_everywhere(page)


def test_a_colour_is_changed_without_scripts_on_a_telephone(
    without_scripts: BrowserContext, live_server: LiveServer, supervisor: StaffMember
) -> None:
    sit_down(without_scripts, supervisor, live_server)
    page = without_scripts.new_page()
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    change_the_colour(page)
