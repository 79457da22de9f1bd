"""The frame in a browser: seen by everybody, worked by keyboard, with scripts and without."""

import dataclasses
import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from kundenportal.core.utility import ReadingPeriod, ReadingRules
from kundenportal.customers.models import Premise
from kundenportal.identity.models import User
from tests.journeys.conftest import (
    HEIGHT,
    BecomeUser,
    Check,
    assert_accessible,
    assert_no_sideways_scrolling,
)
from tests.make import (
    make_customer,
    make_premise,
    make_reading,
    make_reading_submission,
    make_register,
    make_user,
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 390, "height": HEIGHT}


@pytest.fixture(autouse=True)
def _reading_period(settings: Settings) -> None:
    rules = ReadingRules(period=ReadingPeriod((1, 1), (12, 31)))
    settings.UTILITY = dataclasses.replace(settings.UTILITY, readings=rules)


@pytest.fixture
def premises() -> list[Premise]:
    """Two premises: one with everything, one with a long name and all divisions."""
    full = make_premise(make_customer(customer_number="0014026/1"))
    for division in ("strom", "gas", "wasser"):
        register = make_register(full, division=division)
        make_reading(register, timezone.localdate() - dt.timedelta(days=400), 21987)
    for status in ("received", "exported", "completed", "rejected", "withdrawn"):
        make_reading_submission(register, status=status)
    name = "Wohnungsbaugenossenschaft Musterbach-Süd eG"
    long = make_premise(
        make_customer(customer_number="0030000/1", first_name="", last_name=name),
        street="Donaudampfschifffahrtsstraße",
        house_number="100-102 a",
    )
    for division in ("strom", "gas", "wasser", "waerme"):
        make_register(long, division=division)
    return [full, long]


@pytest.fixture
def customer(premises: list[Premise], page: Page, become: BecomeUser) -> User:
    user = make_user(*(premise.customer for premise in premises))
    become(page.context, user)
    return user


def home(premise: Premise) -> str:
    return f"/vs/{premise.public_id}/"


@pytest.mark.usefixtures("customer")
def test_home_is_accessible_everywhere(page: Page, premises: list[Premise], check_everywhere: Check) -> None:
    for premise in premises:
        page.goto(home(premise))
        check_everywhere(page)


@pytest.mark.usefixtures("customer")
def test_the_selection_is_accessible_everywhere(page: Page, check_everywhere: Check) -> None:
    page.goto("/auswahl/")
    check_everywhere(page)


@pytest.mark.parametrize("url", ["/darstellung/", "/gibt-es-nicht/"])
def test_public_pages_are_accessible_everywhere(page: Page, url: str, check_everywhere: Check) -> None:
    page.goto(url)
    check_everywhere(page)


@pytest.mark.usefixtures("customer")
def test_the_switch_dialog_is_accessible_everywhere(
    page: Page, premises: list[Premise], check_everywhere: Check
) -> None:
    page.goto(home(premises[0]))
    page.get_by_role("button", name="Verbrauchsstelle wechseln").click()

    expect(page.get_by_role("dialog", name="Verbrauchsstelle wechseln")).to_be_visible()
    check_everywhere(page)


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 320])
def test_the_menu_is_accessible(page: Page, premises: list[Premise], theme: str, width: int) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(home(premises[0]))
    page.get_by_role("button", name="Mehr").click()

    expect(page.get_by_role("dialog", name="Alle Funktionen")).to_be_visible()
    assert_accessible(page)
    assert_no_sideways_scrolling(page)


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_larger_text_and_words_fit_on_every_screen(page: Page, premises: list[Premise], width: int) -> None:
    page.goto("/darstellung/")
    page.get_by_label("Dunkel").check()
    page.get_by_label("Beschriftung der Symbole immer zeigen").check()
    page.get_by_label("Größere Schrift").check()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("status")).to_contain_text("Ihre Darstellung ist gespeichert.")
    page.set_viewport_size({"width": width, "height": HEIGHT})

    for premise in premises:
        page.goto(home(premise))
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
        assert_no_sideways_scrolling(page)
        assert_accessible(page)


@pytest.mark.usefixtures("customer")
def test_text_twice_as_large_fits_on_a_telephone(page: Page, premises: list[Premise]) -> None:
    """WCAG 1.4.4: letters of 32 px on a screen of 390 px stand as those of 16 px on one of 195 px."""
    page.set_viewport_size({"width": 195, "height": HEIGHT})

    for area in ("", "zaehlerstaende/", "verbrauch/", "bankverbindung/", "kontakt/"):
        page.goto(home(premises[0]) + area)
        assert_no_sideways_scrolling(page)
    page.context.clear_cookies()
    page.goto("/anmelden/")
    assert_no_sideways_scrolling(page)


@pytest.mark.usefixtures("customer")
def test_the_spacing_of_text_can_be_widened(page: Page, premises: list[Premise]) -> None:
    """WCAG 1.4.12: nothing is cut off or runs out of the page."""
    spacing = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    page.set_viewport_size(NARROW)
    page.goto(home(premises[0]))
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
        " document.adoptedStyleSheets = [sheet]; }",
        spacing,
    )

    assert_no_sideways_scrolling(page)


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize("width", [1280, 390])
def test_every_stop_of_the_keyboard_is_seen(page: Page, premises: list[Premise], width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(home(premises[0]))
    focusable = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input, select, textarea, summary')]"
        ".filter(each => each.checkVisibility({visibilityProperty: true}) && each.type !== 'hidden').length"
    )
    seen = []
    for _ in range(focusable):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                  const here = document.activeElement;
                  const box = here.getBoundingClientRect();
                  const style = getComputedStyle(here);
                  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                  return {
                    name: here.textContent.trim(),
                    isOnTop: here === top || here.contains(top),
                    hasOutline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
                    isLarge: box.width >= 24 && box.height >= 24,
                  };
                }"""
            )
        )

    assert seen[0]["name"] == "Zum Inhalt springen"
    assert [each for each in seen if not (each["isOnTop"] and each["hasOutline"] and each["isLarge"])] == []
    assert len({each["name"] for each in seen}) > focusable / 2


@pytest.mark.usefixtures("customer")
def test_the_skip_link_leads_to_the_content(page: Page, premises: list[Premise]) -> None:
    page.goto(home(premises[0]))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.usefixtures("customer")
def test_a_symbol_tells_its_name_under_the_pointer_and_under_the_focus(
    page: Page, premises: list[Premise]
) -> None:
    page.goto(home(premises[0]))
    navigation = page.get_by_role("navigation", name="Hauptnavigation")
    link = navigation.get_by_role("link", name="Zählerstände erfassen")
    hint = navigation.locator(".hinweis", has_text="Zählerstände erfassen")
    expect(hint).to_be_hidden()

    link.hover()
    expect(hint).to_be_visible()
    hint.hover()
    expect(hint).to_be_visible()
    page.mouse.move(0, 0)
    expect(hint).to_be_hidden()

    page.keyboard.press("Tab")
    link.focus()
    expect(hint).to_be_visible()
    page.keyboard.press("Escape")
    expect(hint).to_be_hidden()
    page.keyboard.press("Tab")
    expect(navigation.locator(":focus + .hinweis")).to_be_visible()


@pytest.mark.usefixtures("customer")
def test_the_switch_dialog_works_by_keyboard(page: Page, premises: list[Premise]) -> None:
    page.goto(home(premises[0]))
    button = page.get_by_role("button", name="Verbrauchsstelle wechseln")
    dialog = page.get_by_role("dialog", name="Verbrauchsstelle wechseln")

    button.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()

    button.press("Space")
    dialog.get_by_role("button", name="Schließen").press("Enter")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.usefixtures("customer")
def test_switching_shows_the_same_function_of_the_other_premise(page: Page, premises: list[Premise]) -> None:
    first, second = premises
    page.goto(f"{home(first)}zaehlerstaende/")

    page.get_by_role("button", name="Verbrauchsstelle wechseln").click()
    page.get_by_role("dialog").get_by_role("link", name=second.street_line).click()

    page.wait_for_url(f"**{home(second)}zaehlerstaende/")
    expect(page.get_by_role("status").first).to_contain_text(f"Sie sind jetzt in {second.street_line}.")


@pytest.mark.usefixtures("customer")
def test_switching_warns_of_what_was_typed(
    page: Page, premises: list[Premise], check_everywhere: Check
) -> None:
    first, second = premises
    page.goto(f"{home(first)}zaehlerstaende/")
    page.get_by_label("Neuer Zählerstand").first.fill("24318")

    page.get_by_role("button", name="Verbrauchsstelle wechseln").click()
    page.get_by_role("link", name=second.street_line).click()

    warning = page.get_by_role("dialog", name="Ihre Eingaben gehen verloren.")
    expect(warning).to_be_visible()
    check_everywhere(page)
    warning.get_by_role("button", name="Zurück").click()
    expect(page.get_by_label("Neuer Zählerstand").first).to_have_value("24318")
    page.get_by_role("link", name=second.street_line).click()
    warning.get_by_role("link", name="Trotzdem wechseln").click()
    page.wait_for_url(f"**{home(second)}zaehlerstaende/")


def test_the_selection_narrows_while_somebody_types(page: Page, become: BecomeUser) -> None:
    weber = make_customer(customer_number="0000099/1", first_name="Petra", last_name="Weber")
    for number in range(1, 9):
        make_premise(weber, street="Gartenweg", house_number=str(number))
    become(page.context, make_user(weber))
    page.goto("/auswahl/")
    rows = page.get_by_role("main").get_by_role("listitem").filter(has=page.get_by_role("link"))

    page.get_by_label("Straße, Name oder Kundennummer").fill("garten 7")
    expect(rows).to_have_count(1)
    assert_accessible(page)
    page.get_by_label("Straße, Name oder Kundennummer").fill("Hauptstraße")
    expect(rows).to_have_count(0)
    expect(page.get_by_text("Keine Treffer.")).to_be_visible()


@pytest.mark.usefixtures("customer")
def test_the_bar_at_the_bottom_leads_everywhere(page: Page, premises: list[Premise]) -> None:
    page.set_viewport_size(NARROW)
    page.goto(home(premises[0]))
    bar = page.get_by_role("navigation", name="Navigation unten")
    expect(bar.get_by_role("link", name="Start")).to_have_attribute("aria-current", "page")
    bar.get_by_role("link", name="Zähler").click()
    page.wait_for_url("**/zaehlerstaende/")

    page.get_by_role("button", name="Mehr").click()
    menu = page.get_by_role("dialog", name="Alle Funktionen")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Mehr").click()
    menu.get_by_role("button", name="Abmelden").click()

    page.wait_for_url("**/anmelden/**")


def test_everything_is_reached_without_scripts(
    without_scripts: BrowserContext, premises: list[Premise], become: BecomeUser
) -> None:
    first, second = premises
    become(without_scripts, make_user(first.customer, second.customer))
    page = without_scripts.new_page()
    page.goto(f"{home(first)}zaehlerstaende/")

    page.get_by_role("button", name="Verbrauchsstelle wechseln").click()
    page.wait_for_url("**/auswahl/?bereich=readings")
    page.get_by_role("link", name=second.street_line).click()
    page.wait_for_url(f"**{home(second)}zaehlerstaende/")

    page.get_by_role("navigation", name="Hauptnavigation").get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/anmelden/**")


@pytest.mark.usefixtures("customer")
def test_the_current_page_is_seen_in_forced_colours(page: Page, premises: list[Premise]) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(home(premises[0]))
    current = page.get_by_role("navigation", name="Hauptnavigation").get_by_role("link", name="Startseite")

    assert current.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"


@pytest.mark.usefixtures("customer")
def test_paper_shows_the_content_without_the_controls(page: Page, premises: list[Premise]) -> None:
    page.goto(home(premises[0]))
    controls = [
        page.locator(each) for each in (".symbole", ".leiste", ".dienst", ".knopf", ".kacheln", ".fuss nav")
    ]
    for control in controls:
        expect(control.first).to_be_attached()

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for control in controls:
        expect(control.first).to_be_hidden()
