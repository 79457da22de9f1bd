"""Readings without a login in a browser: the public form, and the link of a reading card."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kundenportal.metering.models import PublicReport, SubmittedReading
from kundenportal.metering.services import create_reading_link, place_public_readings
from tests.journeys.conftest import HEIGHT, Check, heading_is
from tests.make import Household, make_household_of
from tests.public_readings import METER

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def household() -> Household:
    return make_household_of(timezone.localdate())


@pytest.fixture
def path(household: Household) -> str:
    until = timezone.localdate() + dt.timedelta(days=20)
    address = create_reading_link(premise=household.premise, valid_until=until, now=timezone.now())
    return address[address.index("/z/") :]


@pytest.fixture
def either_page(either_page: Page) -> Page:
    either_page.set_viewport_size({"width": 390, "height": HEIGHT})
    return either_page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def fill_in(page: Page) -> None:
    page.get_by_label("Zählernummer").fill(METER)
    page.get_by_label("Postleitzahl").fill("91560")
    page.get_by_label("Straße und Hausnummer").fill("Lindenstraße 12")
    page.locator("#id_stand").fill("24318")
    page.get_by_label("Name", exact=False).last.fill("Erika Mieter")


def test_a_reading_is_reported_without_a_login(either_page: Page, household: Household) -> None:
    page = either_page
    page.goto("/anmelden/")
    page.get_by_role("link", name="Melden Sie Ihren Zählerstand ohne Anmeldung.").click()
    heading_is(page, "Zählerstand ohne Anmeldung melden")
    fill_in(page)
    page.get_by_text("Zweiten Stand eintragen").click()
    page.get_by_label("Zweiter Zählerstand").fill("77")
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_role("alert")).to_contain_text("Bitte wählen Sie, was neben dem Stand steht.")
    page.get_by_label("Zweiter Zählerstand").fill("")
    press(page, "Weiter zur Prüfung")

    heading_is(page, "Bitte prüfen Sie Ihre Angaben")
    page.get_by_role("link", name=re.compile("Ändern.*: Name")).click()
    expect(page.get_by_label("Name", exact=False).last).to_have_value("Erika Mieter")
    press(page, "Weiter zur Prüfung")
    page.get_by_role("button", name="Daten senden").dblclick()
    heading_is(page, "Danke. Wir haben den Zählerstand erhalten.")
    assert PublicReport.objects.count() == 1
    place_public_readings(timezone.now())
    assert SubmittedReading.objects.get().register == household.strom


def test_the_public_pages_are_accessible_everywhere(page: Page, check_everywhere: Check) -> None:
    page.goto("/zaehlerstand-melden/")
    page.get_by_text("Zweiten Stand eintragen").click()
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_role("alert")).to_be_focused()
    check_everywhere(page)
    fill_in(page)
    page.get_by_label("E-Mail").fill("erika@gmial.com")
    press(page, "Weiter zur Prüfung")
    heading_is(page, "Bitte prüfen Sie Ihre Angaben")
    check_everywhere(page)
    press(page, "Daten senden")
    expect(page.get_by_role("button", name="Drucken")).to_be_visible()
    check_everywhere(page)


def test_the_link_of_a_card_takes_a_reading_in_one_page_and_a_check(
    either_page: Page, household: Household, path: str
) -> None:
    page = either_page
    page.goto(path)
    page.locator(f"#id_stand-{household.strom.pk}").fill("24138")
    press(page, "Weiter zur Prüfung")
    press(page, "Daten senden")
    heading_is(page, "Danke, Ihre Zählerstände sind angekommen.")

    page.goto(path)
    heading_is(page, "Dieser Link wurde schon benutzt.")
    page.get_by_role("link", name="Stand berichtigen").click()
    page.locator(f"#id_stand-{household.strom.pk}").fill("24318")
    press(page, "Weiter zur Prüfung")
    press(page, "Daten senden")
    expect(page.get_by_text("24.318 kWh")).to_be_visible()
    assert SubmittedReading.objects.get(replaced_by=None).value == 24_318


def test_the_pages_of_a_link_are_accessible_everywhere(
    page: Page, household: Household, path: str, check_everywhere: Check
) -> None:
    page.goto(path)
    check_everywhere(page)
    page.locator(f"#id_stand-{household.wasser.pk}").fill("641")
    press(page, "Weiter zur Prüfung")
    press(page, "Daten senden")
    expect(page.get_by_role("alert")).to_contain_text("Wasser: Stimmt der Stand 641 m³?")
    check_everywhere(page)
    page.get_by_label("Der Stand 641 m³ stimmt.").check()
    press(page, "Daten senden")
    heading_is(page, "Danke, Ihre Zählerstände sind angekommen.")
    page.goto(path)
    check_everywhere(page)
    page.goto("/z/gibt-es-nicht/")
    check_everywhere(page)
