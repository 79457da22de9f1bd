"""Changing the bank account in a browser: with scripts and without, on a telephone, stopped by a mail."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kundenportal.banking.models import WantedAccount
from kundenportal.banking.sealing import open_iban
from kundenportal.customers.models import Customer
from kundenportal.submissions.models import Submission
from tests.banking import NEW_IBAN, THIRD_IBAN, give_account, stop_path
from tests.journeys.conftest import HEIGHT, BecomeUser, Check, assert_no_sideways_scrolling, heading_is
from tests.make import PASSWORD, Household, make_household, make_premise

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

CONTACT = "rechnung@beispiel.de"


@pytest.fixture
def household() -> Household:
    household = make_household()
    Customer.objects.update(contact_email=CONTACT)
    household.customer.refresh_from_db()
    give_account(household.customer)
    return household


@pytest.fixture
def either_page(either_page: Page, become: BecomeUser, household: Household) -> Page:
    become(either_page.context, household.user)
    return either_page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def go_to_form(page: Page, household: Household) -> None:
    page.goto(f"/vs/{household.premise.public_id}/")
    page.get_by_role("main").get_by_role("link", name="verbindung ändern").click()
    heading_is(page, "Bankverbindung ändern")


def test_an_account_is_changed_on_a_telephone_and_stopped_by_the_mail(
    either_page: Page, household: Household
) -> None:
    page = either_page
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    go_to_form(page, household)
    page.get_by_label("Kontoinhaber").fill("Erika Bauer")
    page.get_by_label("IBAN").fill("DE89 3704 0044 5032 0130 00")
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_role("alert")).to_contain_text("Die IBAN stimmt nicht.")
    expect(page.get_by_text("Sehen Sie besonders hier nach: „5032“.")).to_be_visible()
    assert_no_sideways_scrolling(page)
    page.get_by_label("IBAN").fill("de89370400440532013000")
    page.get_by_label("bevollmächtigt").check()
    page.get_by_label("Einwilligung zum SEPA-Lastschriftverfahren").check()
    page.locator("#id_current_password").fill(PASSWORD)
    press(page, "Weiter zur Prüfung")
    heading_is(page, "Bitte prüfen Sie Ihre Angaben")
    expect(page.get_by_text("DE89 3704 0044 0532 0130 00").first).to_be_visible()
    expect(page.get_by_text("KP-0014026-1-1")).to_be_visible()
    assert_no_sideways_scrolling(page)
    press(page, "Daten senden")
    heading_is(page, "vom Konto DE•• •••• 3000")
    assert_no_sideways_scrolling(page)
    line = WantedAccount.objects.get()
    assert (open_iban(line), line.holder) == (NEW_IBAN, "Erika Bauer")

    page.context.clear_cookies()
    page.goto(stop_path(CONTACT, now=timezone.now()))
    press(page, "Änderung anhalten")
    heading_is(page, "Die Änderung ist angehalten")
    assert Submission.objects.get().status == Submission.Status.WITHDRAWN


def test_scripts_group_the_iban_and_name_the_bank(
    page: Page, become: BecomeUser, household: Household
) -> None:
    become(page.context, household.user)
    go_to_form(page, household)
    iban = page.get_by_label("IBAN")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    iban.fill("de89370400440532013000")
    iban.blur()
    expect(iban).to_have_value("DE89 3704 0044 0532 0130 00")
    expect(page.get_by_text("Commerzbank")).to_be_visible()
    # Only the bank's code travels in an address; what else the browser fetches meanwhile is its own affair.
    assert {url for url in asked if "/bankverbindung/" in url} == {f"{page.url}bank/?blz=37040044"}
    assert not any("0532013000" in url for url in asked)
    iban.fill("DE89 3704")
    iban.blur()
    expect(page.get_by_text("Commerzbank")).to_be_hidden()


def test_one_of_several_direct_debits_is_ended_by_keyboard(
    page: Page, become: BecomeUser, household: Household
) -> None:
    shop = make_premise(household.customer, street="Marktplatz", house_number="1")
    give_account(household.customer, premise=shop, iban=THIRD_IBAN, mandate_reference="M14026-2")
    become(page.context, household.user)
    page.goto(f"/vs/{household.premise.public_id}/bankverbindung/")
    page.get_by_role("main").get_by_role("link", name="Lastschrift beenden").click()
    heading_is(page, "Lastschrift beenden")
    page.get_by_label("eigenes Konto für Marktplatz 1").focus()
    page.keyboard.press("Space")
    page.locator("#id_current_password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    heading_is(page, "Bitte prüfen Sie Ihre Angaben")
    press(page, "Daten senden")
    heading_is(page, "Ihre Änderung gilt ab")
    assert WantedAccount.objects.get().premise == shop


def test_the_pages_are_accessible_everywhere(
    page: Page, become: BecomeUser, household: Household, check_everywhere: Check
) -> None:
    garden = make_premise(household.customer, street="Gartenweg", house_number="7a")
    shop = make_premise(household.customer, street="Marktplatz", house_number="1")
    give_account(household.customer, premise=shop, iban=THIRD_IBAN, mandate_reference="M14026-2")
    become(page.context, household.user)
    page.goto(f"/vs/{household.premise.public_id}/bankverbindung/")
    page.locator("summary", has_text="Gartenweg 7a").click()
    page.get_by_label("Eigene Bankverbindung für Gartenweg 7a").check()
    page.locator("summary", has_text="Marktplatz 1").click()
    check_everywhere(page)
    page.locator("#id_iban").fill("DE1")
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_role("alert")).to_be_focused()
    check_everywhere(page)
    page.locator("#id_iban").fill(NEW_IBAN)
    page.locator("#id_einwilligung").check()
    page.locator(f"#id_iban-{garden.public_id}").fill("DE90 9999 9999 0000 0047 11")
    page.locator(f"#id_einwilligung-{garden.public_id}").check()
    page.locator("#id_current_password").fill(PASSWORD)
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_text("Diese Bankleitzahl kennen wir nicht.")).to_be_visible()
    check_everywhere(page)
    press(page, "Daten senden")
    expect(page.get_by_text("Vorgangsnummer")).to_be_visible()
    check_everywhere(page)
    page.goto(f"/vs/{household.premise.public_id}/bankverbindung/beenden/")
    check_everywhere(page)
    now = timezone.now()
    page.goto(stop_path(CONTACT, now=now))
    check_everywhere(page)
    Submission.objects.update(status=Submission.Status.EXPORTED, settled_at=now - dt.timedelta(days=1))
    page.reload()
    check_everywhere(page)
