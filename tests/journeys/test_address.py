"""Changing the billing address in a browser: with scripts and without, on a telephone, for everybody."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kundenportal.addresses.models import AddressChange
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.addresses import NEW_CONTACT, OLD_CONTACT, give_address
from tests.journeys.conftest import HEIGHT, BecomeUser, Check, assert_no_sideways_scrolling
from tests.make import PASSWORD, Household, make_household
from tests.security_mails import link_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def household() -> Household:
    household = make_household()
    give_address(household)
    return household


@pytest.fixture
def either_page(either_page: Page, become: BecomeUser, household: Household) -> Page:
    become(either_page.context, household.user)
    return either_page


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(value)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def go_to_form(page: Page, household: Household) -> None:
    page.goto(f"/vs/{household.premise.public_id}/")
    page.get_by_role("main").get_by_role("link", name="Rechnungsadresse ändern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rechnungsadresse ändern")


def go_to_check(page: Page) -> None:
    new = {"strasse": "Gartenweg", "plz": "1010", "ort": "Wien", "kontakt_email": NEW_CONTACT}
    fill(page, **new, current_password=PASSWORD)
    page.get_by_label("Land").select_option("Österreich")
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte prüfen Sie Ihre Angaben")


def test_an_address_is_changed_on_a_telephone_and_called_a_strangers(
    either_page: Page, household: Household
) -> None:
    page = either_page
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    go_to_form(page, household)
    fill(page, plz="9156", current_password="falsch")
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_role("alert")).to_contain_text("Die Postleitzahl hat 5 Ziffern")
    assert_no_sideways_scrolling(page)
    go_to_check(page)
    expect(page.get_by_text("Bitte geben Sie eine Hausnummer an")).to_be_visible()
    assert_no_sideways_scrolling(page)
    page.get_by_role("link", name="Hausnummer ergänzen").click()
    fill(page, strasse="Gartenweg 7a", current_password=PASSWORD)
    press(page, "Weiter zur Prüfung")
    press(page, "Rechnungsadresse ändern")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Wir haben Ihre neue Rechnungsadresse erhalten.")
    assert_no_sideways_scrolling(page)
    assert (AddressChange.objects.get().house_number, AddressChange.objects.get().country) == ("7a", "AT")

    mail = OutgoingMail.objects.get(recipient=OLD_CONTACT)
    page.goto(link_in(mail, "/das-war-ich-nicht/", now=timezone.now()))
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("gesichert")
    assert Submission.objects.get().status == Submission.Status.WITHDRAWN


def test_the_pages_are_accessible_everywhere(
    page: Page, become: BecomeUser, household: Household, check_everywhere: Check
) -> None:
    become(page.context, household.user)
    go_to_form(page, household)
    check_everywhere(page)
    fill(page, plz="9156", kontakt_email="niemand")
    press(page, "Weiter zur Prüfung")
    expect(page.get_by_role("alert")).to_be_focused()
    check_everywhere(page)
    go_to_check(page)
    check_everywhere(page)
    press(page, "Rechnungsadresse ändern")
    expect(page.get_by_text("Vorgangsnummer")).to_be_visible()
    check_everywhere(page)
    page.goto(f"/vs/{household.premise.public_id}/rechnungsadresse/")
    expect(page.get_by_text("Sie haben schon eine neue Rechnungsadresse gesendet.")).to_be_visible()
    check_everywhere(page)
