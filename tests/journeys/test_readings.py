"""Sending meter readings in a browser: with scripts and without, on a telephone, by keyboard alone."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading, Register, SubmittedReading
from tests.journeys.conftest import HEIGHT, BecomeUser, Check, assert_no_sideways_scrolling
from tests.make import Household, make_household_of, make_register

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 390, "height": HEIGHT}


@pytest.fixture
def household() -> Household:
    return make_household_of(timezone.localdate())


@pytest.fixture
def customer(household: Household, page: Page, become: BecomeUser) -> Page:
    """The household's login on the entry page."""
    become(page.context, household.user)
    page.goto(path_of(household))
    return page


def path_of(household: Household) -> str:
    return f"/vs/{household.premise.public_id}/zaehlerstaende/"


def type_values(page: Page, values: dict[Register, str]) -> None:
    for register, value in values.items():
        page.locator(f"#id_stand-{register.pk}").fill(value)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def send_readings(page: Page, household: Household) -> None:
    """Go the whole way from the entry to the confirmation, with one mistake and one doubt."""
    type_values(page, {household.strom: "24318", household.gas: "09305412", household.wasser: "641"})
    press(page, "Weiter zur Prüfung")
    expect(page).to_have_title(re.compile("^Fehler: Zählerstände erfassen"))
    expect(page.get_by_role("alert")).to_contain_text("Gas: Sie haben 8 Ziffern eingegeben.")

    press(page, "09305 übernehmen")
    expect(page.locator(f"#id_stand-{household.gas.pk}")).to_have_value("09305")
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte prüfen Sie Ihre Angaben")
    press(page, "Daten senden")
    expect(page.get_by_role("alert")).to_contain_text("Wasser: Stimmt der Stand 641 m³?")

    page.get_by_label("Der Stand 641 m³ stimmt.").check()
    page.get_by_label("Möglicher Grund (freiwillig)").select_option("Garten oder Pool")
    press(page, "Daten senden")
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Zählerstände sind angekommen.")
    expect(page.get_by_role("row")).to_have_count(4)


def test_readings_are_sent_with_scripts(customer: Page, household: Household) -> None:
    send_readings(customer, household)
    assert SubmittedReading.objects.count() == 3
    assert OutgoingMail.objects.count() == 1


def test_readings_are_sent_without_scripts_on_a_telephone(
    without_scripts: BrowserContext, become: BecomeUser, household: Household
) -> None:
    become(without_scripts, household.user)
    page = without_scripts.new_page()
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(path_of(household))
    send_readings(page, household)
    assert SubmittedReading.objects.count() == 3


def test_readings_are_sent_by_keyboard_alone(customer: Page) -> None:
    customer.keyboard.press("Tab")
    customer.keyboard.press("Enter")
    expect(customer.get_by_role("main")).to_be_focused()
    for _ in range(3):
        customer.keyboard.press("Tab")
    customer.keyboard.type("24318")
    customer.keyboard.press("Enter")
    expect(customer.get_by_role("heading", level=1)).to_have_text("Bitte prüfen Sie Ihre Angaben")

    customer.get_by_role("button", name="Daten senden").focus()
    customer.keyboard.press("Enter")
    expect(customer.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Zählerstände sind angekommen.")


def test_the_use_is_shown_while_typing(customer: Page, household: Household) -> None:
    card = customer.get_by_role("group", name="Wasser")
    shown = card.get_by_role("status").filter(has_text="seit der letzten Ablesung")
    expect(shown).to_be_hidden()

    type_values(customer, {household.wasser: "595"})
    expect(shown).to_contain_text("83 m³ seit der letzten Ablesung")
    expect(shown).to_contain_text("Im üblichen Bereich")
    type_values(customer, {household.wasser: "641"})
    expect(shown.get_by_text("Höher als üblich")).to_be_visible()
    type_values(customer, {household.wasser: "513"})
    expect(shown.get_by_text("Niedriger als üblich")).to_be_visible()
    type_values(customer, {household.wasser: "00641412"})
    expect(shown).to_be_hidden()
    type_values(customer, {household.wasser: "abc"})
    expect(shown).to_be_hidden()


def test_digits_after_the_comma_are_cut_before_ones_eyes(customer: Page, household: Household) -> None:
    type_values(customer, {household.gas: "9.305,412"})
    expect(customer.get_by_text("Wir übernehmen 9.305 m³.")).to_be_visible()


def test_the_counter_grows_with_too_many_digits(customer: Page, household: Household) -> None:
    field = customer.locator(f"#id_stand-{household.gas.pk}")
    drums = field.locator("..")
    before = drums.bounding_box()
    field.fill("09305412")
    after = drums.bounding_box()
    assert before is not None
    assert after is not None
    assert round(after["width"] / before["width"], 1) == 1.6


def test_the_enter_key_takes_over_no_repair(customer: Page, household: Household) -> None:
    type_values(customer, {household.gas: "09305412"})
    press(customer, "Weiter zur Prüfung")
    expect(customer.get_by_role("alert")).to_contain_text("Gas: Sie haben 8 Ziffern eingegeben.")
    type_values(customer, {household.gas: "9306"})
    customer.keyboard.press("Enter")
    expect(customer.get_by_role("heading", level=1)).to_have_text("Bitte prüfen Sie Ihre Angaben")
    expect(customer.get_by_text("9.306 m³")).to_be_visible()


def test_editing_brings_everything_back(customer: Page, household: Household) -> None:
    type_values(customer, {household.strom: "24318", household.gas: "9305"})
    press(customer, "Weiter zur Prüfung")
    customer.get_by_role("link", name="Eingaben bearbeiten").click()
    expect(customer.locator(f"#id_stand-{household.strom.pk}")).to_have_value("24318")
    expect(customer.locator(f"#id_stand-{household.gas.pk}")).to_have_value("9305")


def test_back_button_and_double_click_send_once(customer: Page, household: Household) -> None:
    type_values(customer, {household.strom: "24318"})
    press(customer, "Weiter zur Prüfung")
    customer.get_by_role("button", name="Daten senden").dblclick()
    expect(customer.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Zählerstände sind angekommen.")
    customer.go_back()
    customer.reload()
    expect(customer.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Zählerstände sind angekommen.")
    assert SubmittedReading.objects.count() == OutgoingMail.objects.count() == 1


def test_a_wrong_value_is_corrected(customer: Page, household: Household) -> None:
    type_values(customer, {household.strom: "24318"})
    press(customer, "Weiter zur Prüfung")
    press(customer, "Daten senden")
    customer.get_by_role("link", name="Stand berichtigen").click()
    type_values(customer, {household.strom: "24138"})
    press(customer, "Weiter zur Prüfung")
    press(customer, "Daten senden")
    expect(customer.get_by_role("row").last).to_contain_text("24.138 kWh")
    assert SubmittedReading.objects.get(replaced_by=None).value == 24138


def test_the_entry_is_accessible_everywhere(
    customer: Page, household: Household, check_everywhere: Check
) -> None:
    make_register(household.premise, is_remote=True)
    heat = make_register(
        household.premise, division="waerme", unit="MWh", integer_digits=4, decimal_digits=3, code="1"
    )
    MeterReading.objects.create(
        register=heat, reading_date=timezone.localdate() - dt.timedelta(days=90), value=90, origin="abgelesen"
    )
    customer.reload()
    type_values(customer, {household.strom: "24318", household.gas: "9305", household.wasser: "641"})
    expect(customer.get_by_role("group", name="Wasser").get_by_text("Höher als üblich")).to_be_visible()
    customer.get_by_text("Foto, anderes Datum oder Bemerkung hinzufügen").first.click()
    check_everywhere(customer)


def test_errors_are_accessible_everywhere(
    customer: Page, household: Household, check_everywhere: Check
) -> None:
    type_values(customer, {household.strom: "abc", household.gas: "09305412", household.wasser: "30"})
    press(customer, "Weiter zur Prüfung")
    expect(customer.get_by_role("alert")).to_be_focused()
    expect(customer.get_by_role("group", name="Was trifft zu?")).to_be_visible()
    check_everywhere(customer)


def test_check_and_confirmation_are_accessible_everywhere(
    customer: Page, household: Household, check_everywhere: Check
) -> None:
    type_values(customer, {household.strom: "243185", household.wasser: "641"})
    press(customer, "Weiter zur Prüfung")
    press(customer, "Daten senden")
    expect(customer.get_by_role("alert")).to_be_focused()
    check_everywhere(customer)

    press(customer, "024318 übernehmen")
    customer.get_by_label("Der Stand 641 m³ stimmt.").check()
    press(customer, "Daten senden")
    expect(customer.get_by_role("button", name="Drucken")).to_be_visible()
    check_everywhere(customer)


def test_large_counters_fit_on_small_screens(customer: Page, household: Household) -> None:
    make_register(household.premise, integer_digits=9, decimal_digits=3)
    customer.set_viewport_size({"width": 320, "height": HEIGHT})
    customer.reload()
    assert_no_sideways_scrolling(customer)


def test_without_a_network_what_was_typed_waits_until_there_is_one(
    customer: Page, household: Household, context: BrowserContext, check_everywhere: Check
) -> None:
    type_values(customer, {household.strom: "24318"})
    context.set_offline(True)
    press(customer, "Weiter zur Prüfung")

    expect(customer.get_by_role("dialog", name="Sie haben gerade kein Netz.")).to_be_visible()
    check_everywhere(customer)
    context.set_offline(False)
    expect(customer.get_by_role("dialog", name="Sie haben wieder Netz.")).to_be_visible()
    press(customer, "Eingaben jetzt senden")
    expect(customer.get_by_role("heading", level=1)).to_have_text("Bitte prüfen Sie Ihre Angaben")
    expect(customer.get_by_text("24.318")).to_be_visible()


def test_without_a_network_a_search_is_left_to_the_browser(page: Page) -> None:
    page.goto("/hilfe/")
    page.context.set_offline(True)
    page.get_by_role("searchbox").fill("Zähler")
    with page.expect_event("requestfailed", lambda request: request.is_navigation_request()) as failed:
        page.get_by_role("searchbox").press("Enter")
    assert "/hilfe/?" in failed.value.url
