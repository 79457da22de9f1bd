"""Changing advance payments in a browser: with scripts and without, on a telephone."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from kundenportal.advance_payments.models import WantedAmount
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import Register
from tests.journeys.conftest import HEIGHT, BecomeUser, Check, assert_no_sideways_scrolling, heading_is
from tests.make import Household, make_household_of, make_payment_plan, make_reading

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 390, "height": HEIGHT}


@pytest.fixture
def household() -> Household:
    """The household of the mock-ups, with three readings of electricity in the last year."""
    today = timezone.localdate()
    household = make_household_of(today)
    make_payment_plan(household.premise)
    Register.objects.filter(pk=household.strom.pk).update(annual_use=Decimal(2500))
    make_reading(household.strom, today - dt.timedelta(days=100), 23300)
    make_reading(household.strom, today, 24218)
    return household


@pytest.fixture
def customer(household: Household, page: Page, become: BecomeUser) -> Page:
    """The household's login on the entry page."""
    become(page.context, household.user)
    page.goto(path_of(household))
    return page


def path_of(household: Household) -> str:
    return f"/vs/{household.premise.public_id}/abschlag/"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def amount(division: str) -> str:
    return f"#id_betrag-{division}"


def change_amounts(page: Page) -> None:
    """Go the whole way from the entry to the confirmation, with one mistake."""
    page.locator(amount("strom")).fill("70")
    page.get_by_label("Änderungskommentar").fill("Auszug eines Kindes")
    press(page, "Weiter zur Prüfung")
    expect(page).to_have_title(re.compile("^Fehler: Abschlag ändern"))
    expect(page.get_by_role("alert")).to_contain_text("70,00 € sind zu niedrig.")

    page.locator(amount("strom")).fill("85,50")
    page.locator(amount("wasser")).fill("32")
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte prüfen Sie Ihre Angaben")
    expect(page.get_by_role("row", name="Gesamtabschlag")).to_contain_text("225,50")
    press(page, "Daten senden")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr neuer Abschlag ist vorgemerkt.")


def test_amounts_are_changed_with_scripts(customer: Page) -> None:
    change_amounts(customer)
    assert WantedAmount.objects.get(division="strom").amount == Decimal("85.50")
    assert OutgoingMail.objects.count() == 1


def test_amounts_are_changed_without_scripts_on_a_telephone(
    without_scripts: BrowserContext, become: BecomeUser, household: Household
) -> None:
    become(without_scripts, household.user)
    page = without_scripts.new_page()
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(path_of(household))
    assert_no_sideways_scrolling(page)
    change_amounts(page)
    assert WantedAmount.objects.count() == 3


def test_total_and_forecast_follow_what_is_typed(customer: Page) -> None:
    total = customer.get_by_role("group", name="Gesamtabschlag").get_by_role("status")
    year = customer.locator("[data-forecast]")
    expect(total).to_have_text("224,00 €")
    expect(year).to_be_visible()

    customer.locator(amount("strom")).fill("150,00")
    expect(total).to_have_text("282,00 €")
    expect(year).to_have_text(re.compile(r"Voraussichtlich \d+ € Guthaben im Jahr\.$"), use_inner_text=True)
    customer.locator(amount("strom")).fill("74")
    expect(year).to_have_text(
        re.compile(r"Voraussichtlich \d+ € Nachzahlung im Jahr\.$"), use_inner_text=True
    )
    customer.locator(amount("strom")).fill("184,00")
    expect(total).to_have_text("316,00 €")
    customer.locator(amount("strom")).fill("184,01")
    expect(total).to_have_text("224,00 €")


def test_script_and_server_tell_the_same_forecast(customer: Page) -> None:
    year = customer.locator("[data-forecast]")
    customer.locator(amount("strom")).fill("111,11")
    customer.get_by_label("Änderungskommentar").fill("Probe")
    # Told together with the forecast, which may say the same before and after.
    expect(customer.get_by_role("group", name="Gesamtabschlag").get_by_role("status")).to_have_text(
        "243,11 €"
    )
    expect(year).to_have_text(re.compile("Guthaben"), use_inner_text=True)
    told = year.inner_text().strip()
    press(customer, "Weiter zur Prüfung")
    expect(customer.get_by_role("heading", level=1)).to_have_text("Bitte prüfen Sie Ihre Angaben")
    expect(customer.locator(".prognose")).to_have_text(told, use_inner_text=True)


def test_every_page_is_accessible_everywhere(
    customer: Page, check_everywhere: Check, household: Household
) -> None:
    check_everywhere(customer)
    customer.locator(amount("strom")).fill("250")
    press(customer, "Weiter zur Prüfung")
    expect(customer.get_by_role("alert")).to_be_focused()
    check_everywhere(customer)
    change_amounts_after_error(customer)
    check_everywhere(customer)
    press(customer, "Daten senden")
    heading_is(customer, "Ihr neuer Abschlag ist vorgemerkt.")
    check_everywhere(customer)
    customer.goto(path_of(household))
    expect(customer.get_by_text("Wir bearbeiten ihn noch.")).to_be_visible()
    check_everywhere(customer)
    customer.goto(f"/vs/{household.premise.public_id}/")
    check_everywhere(customer)


def change_amounts_after_error(page: Page) -> None:
    page.locator(amount("strom")).fill("85")
    page.get_by_label("Änderungskommentar").fill("Auszug eines Kindes")
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte prüfen Sie Ihre Angaben")
