"""Legal pages, help, barriers, language and what happens when something goes wrong, in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from kundenportal.config.maintenance import switch_off, switch_on
from kundenportal.feedback.models import BarrierReport
from tests.journeys.conftest import Check, assert_accessible, next_page
from tests.utilities import complete_utility

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _installation(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.UTILITY = complete_utility()
    settings.DATA_DIR = tmp_path
    yield
    switch_off()


@pytest.mark.parametrize(
    "url", ["/datenschutz/", "/hilfe/zaehler-ablesen/", "/leichte-sprache/", "/abmelden/"]
)
def test_pages_to_read_are_accessible_everywhere(page: Page, url: str, check_everywhere: Check) -> None:
    page.goto(url)
    check_everywhere(page)


def test_the_help_narrows_while_somebody_types(page: Page, check_everywhere: Check) -> None:
    page.goto("/hilfe/")
    check_everywhere(page)
    questions = page.locator("#fragen").get_by_role("link")
    all_of_them = questions.count()

    page.get_by_label("Wonach suchen Sie?").fill("rote zeiger")

    expect(questions).not_to_have_count(all_of_them)
    expect(page.get_by_text("Sie zeigen nur Liter.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Wonach suchen Sie?").fill("Einhorn")
    expect(page.get_by_role("status")).to_contain_text("keine Antwort gefunden")

    page.get_by_label("Wonach suchen Sie?").fill("zeiger")
    page.get_by_role("link", name="Wasserzähler").click()
    expect(page.get_by_role("img", name="Runder Wasserzähler")).to_be_in_viewport()


def test_the_help_is_searched_without_scripts(without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.goto("/hilfe/")

    page.get_by_label("Wonach suchen Sie?").fill("passwort vergessen")
    page.get_by_role("button", name="Suchen").click()

    page.get_by_role("link", name="Ich habe mein Passwort vergessen").click()
    expect(page.get_by_role("heading", name="Registrieren und anmelden", level=1)).to_be_visible()


def test_a_barrier_is_reported_from_the_page_that_has_it(page: Page, check_everywhere: Check) -> None:
    page.goto("/hilfe/abschlag/")
    page.get_by_role("contentinfo").get_by_role("link", name="Barriere melden").click()
    expect(page.get_by_label("Seite")).to_have_value("/hilfe/abschlag/")
    page.get_by_label("E-Mail (freiwillig)").fill("eva.beispiel.de")

    page.get_by_role("button", name="Barriere melden").click()

    expect(page.get_by_role("alert")).to_be_focused()
    check_everywhere(page)
    page.get_by_label("Beschreibung").fill("Der Text ist zu schwer.")
    page.get_by_label("E-Mail (freiwillig)").fill("eva@beispiel.de")
    page.get_by_role("button", name="Barriere melden").click()
    expect(page.get_by_text("Wir antworten innerhalb von 2 Wochen.")).to_be_visible()
    assert_accessible(page)
    assert BarrierReport.objects.get().page == "/hilfe/abschlag/"


@pytest.mark.parametrize("has_scripts", [True, False])
def test_what_was_typed_outlasts_maintenance(
    has_scripts: bool, page: Page, without_scripts: BrowserContext, check_everywhere: Check
) -> None:
    page = page if has_scripts else without_scripts.new_page()
    page.goto("/barrierefreiheit/melden/")
    page.get_by_label("Beschreibung").fill("Ein langer Text, den niemand zweimal schreibt.")
    switch_on(None)

    page.get_by_role("button", name="Barriere melden").click()

    expect(page.get_by_role("heading", name="Wir arbeiten gerade am Portal.")).to_be_visible()
    if has_scripts:
        check_everywhere(page)
    with next_page(page):
        page.get_by_role("button", name="Noch einmal senden").click()
    expect(page.get_by_role("heading", name="Wir arbeiten gerade am Portal.")).to_be_visible()
    assert not BarrierReport.objects.exists()
    switch_off()
    page.get_by_role("button", name="Noch einmal senden").click()
    expect(page.get_by_role("heading", name="Danke für den Hinweis")).to_be_visible()
    assert BarrierReport.objects.get().description == "Ein langer Text, den niemand zweimal schreibt."


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_language_is_switched_and_the_page_stays(
    has_scripts: bool, page: Page, without_scripts: BrowserContext
) -> None:
    page = page if has_scripts else without_scripts.new_page()
    page.goto("/hilfe/?suche=Passkey")

    page.get_by_role("button", name="English").click()

    expect(page).to_have_url("/hilfe/?suche=Passkey")
    expect(page.get_by_role("heading", name="Help", level=1)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    if has_scripts:
        assert_accessible(page)
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Hilfe", level=1)).to_be_visible()
