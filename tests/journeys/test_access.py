"""From the registration to the first sign-in, in a browser with and without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from kundenportal.customers.models import Customer
from kundenportal.linking.models import Registration
from kundenportal.linking.services import (
    process_password_resets,
    process_registrations,
    process_sign_in_links,
)
from kundenportal.mailing.models import OutgoingMail
from tests.journeys.conftest import Check, heading_is, next_page
from tests.make import PASSWORD, make_customer, make_premise, make_register, make_user
from tests.security_mails import link_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

METER = "1EMH0004512873"


@pytest.fixture
def customer() -> Customer:
    customer = make_customer(customer_number="0014026/1", contact_email="m.bauer@beispiel.de")
    make_register(make_premise(customer), meter_number=METER)
    return customer


def mailed_link(kind: str, path: str) -> str:
    """Let the job runner decide and return the path of the newest mail's link."""
    now = timezone.now()
    process_registrations(now)
    process_password_resets(now)
    process_sign_in_links(now)
    return link_in(OutgoingMail.objects.filter(kind=kind).latest("id"), path, now=now)


def register(page: Page, *, email: str) -> None:
    page.goto("/anmelden/")
    page.get_by_role("link", name="Registrieren").click()
    heading_is(page, "Registrieren")
    page.get_by_label("Kundennummer").fill("14026")
    page.get_by_label("Name", exact=False).nth(0).fill("Michael Bauer")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_role("button", name="Registrieren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fast geschafft.")


def type_password(page: Page, password: str) -> None:
    page.get_by_label("Neues Passwort", exact=False).nth(0).fill(password)
    page.get_by_label("Neues Passwort wiederholen").first.fill(password)
    page.get_by_role("button", name="Passwort speichern").click()


def test_a_customer_registers_and_is_signed_in(either_page: Page, customer: Customer) -> None:
    page = either_page
    register(page, email="m.bauer@beispiel.de")
    page.goto(mailed_link("registration_link", "/passwort-festlegen/"))
    type_password(page, "Regal Mond Kutsche Quark")
    expect(page.get_by_text("Ihr Passwort ist gespeichert. Sie sind jetzt angemeldet.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Michael Bauer")


def test_a_meter_number_helps_where_the_address_is_not_known(either_page: Page, customer: Customer) -> None:
    page = either_page
    register(page, email="andere@beispiel.de")
    page.goto(mailed_link("registration_link", "/passwort-festlegen/"))
    page.get_by_label("Zählernummer").fill("9")
    type_password(page, "Regal Mond Kutsche Quark")
    expect(page.get_by_role("alert")).to_contain_text("Diese Zählernummer passt nicht zu Ihrer Kundennummer.")
    page.get_by_label("Zählernummer").fill(METER)
    type_password(page, "Regal Mond Kutsche Quark")
    expect(page.get_by_text("Sie sind jetzt angemeldet.")).to_be_visible()


def test_a_forgotten_password_is_set_anew(either_page: Page, customer: Customer) -> None:
    page = either_page
    make_user(customer)
    page.goto("/anmelden/")
    page.get_by_role("link", name="Passwort vergessen").click()
    page.get_by_label("Kundennummer oder E-Mail").fill("14026")
    page.get_by_role("button", name="Link senden").click()
    expect(page.get_by_text("Der Link gilt 60 Minuten.")).to_be_visible()
    page.goto(mailed_link("password_reset", "/passwort-neu/"))
    type_password(page, "Regal Mond Kutsche Quark")
    expect(page.get_by_text("Ihr Passwort ist geändert.")).to_be_visible()
    sign_in(page, "Regal Mond Kutsche Quark")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Michael Bauer")


def test_a_mailed_link_signs_in(either_page: Page, customer: Customer) -> None:
    page = either_page
    make_user(customer)
    page.goto("/anmelden/")
    page.get_by_role("link", name="Per E-Mail-Link anmelden").click()
    page.get_by_label("Kundennummer oder E-Mail").fill("14026")
    page.get_by_role("button", name="Link senden").click()
    expect(page.get_by_text("Der Link gilt 60 Minuten.")).to_be_visible()
    page.goto(mailed_link("sign_in_link", "/anmelden/link/"))
    expect(page.get_by_text("0014026/1")).to_be_visible()
    page.get_by_role("button", name="Jetzt anmelden").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Michael Bauer")


def test_the_page_of_a_mailed_link_is_accessible(
    page: Page, check_everywhere: Check, customer: Customer
) -> None:
    make_user(customer)
    page.goto("/anmelden/link/")
    page.get_by_label("Kundennummer oder E-Mail").fill("14026")
    page.get_by_role("button", name="Link senden").click()
    expect(page.get_by_text("Der Link gilt 60 Minuten.")).to_be_visible()
    page.goto(mailed_link("sign_in_link", "/anmelden/link/"))
    check_everywhere(page)


def sign_in(page: Page, password: str) -> None:
    page.get_by_label("Kundennummer oder E-Mail").fill("0014026/1")
    page.get_by_label("Passwort", exact=True).fill(password)
    page.get_by_role("button", name="Login").click()


def test_signing_in_takes_the_keyboard_only_and_out_again(page: Page, customer: Customer) -> None:
    make_user(customer)
    page.goto("/anmelden/")
    page.get_by_label("Kundennummer oder E-Mail").focus()
    page.keyboard.type("14026")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Michael Bauer")
    page.get_by_role("button", name="Abmelden").first.click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()


def test_the_password_can_be_shown(page: Page, customer: Customer) -> None:
    page.goto("/anmelden/")
    field = page.locator("#id_password")
    field.fill("geheim")
    page.get_by_role("button", name="Zeigen").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Verbergen").click()
    expect(field).to_have_attribute("type", "password")


def test_a_button_that_needs_scripts_is_not_there_without_them(without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.goto("/anmelden/")
    expect(page.get_by_role("button", name="Zeigen")).to_have_count(0)


@pytest.mark.parametrize(
    "path",
    [
        "/anmelden/",
        "/registrieren/",
        "/registrieren/gesendet/",
        "/passwort-festlegen/gibt-es-nicht/",
        "/passwort-vergessen/",
        "/passwort-vergessen/gesendet/",
        "/passwort-neu/gibt-es-nicht/",
        "/anmelden/link/",
        "/anmelden/link/gibt-es-nicht/",
    ],
)
def test_a_page_is_accessible_also_with_its_errors(page: Page, check_everywhere: Check, path: str) -> None:
    page.goto(path)
    check_everywhere(page)
    form = page.locator("form[novalidate]")
    if form.count():
        form.locator(".knopf--haupt").click()
        expect(page.get_by_role("alert")).to_be_focused()
        check_everywhere(page)


@pytest.mark.parametrize("proof", ["meter", "letter"])
def test_the_pages_of_a_link_are_accessible(
    page: Page, check_everywhere: Check, customer: Customer, settings, proof: str
) -> None:
    settings.REGISTRATION_PROOF = proof
    register(page, email="andere@beispiel.de")
    page.goto(mailed_link("registration_link", "/passwort-festlegen/"))
    check_everywhere(page)
    if proof == "letter":
        page.get_by_role("button", name="Brief anfordern").click()
        expect(page.get_by_label("Freischaltcode aus dem Brief")).to_be_visible()
        check_everywhere(page)
    for _ in range(5):
        page.get_by_label("Zählernummer" if proof == "meter" else "Freischaltcode").fill("9")
        with next_page(page):
            type_password(page, "Regal Mond Kutsche Quark")
        expect(page.get_by_role("alert")).to_be_visible()
    check_everywhere(page)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte rufen Sie uns an")
    check_everywhere(page)


def test_the_enter_key_sends_the_address_that_stands_in_the_field(
    page: Page, check_everywhere: Check
) -> None:
    page.goto("/registrieren/")
    page.get_by_label("Kundennummer").fill("14026")
    page.get_by_label("Name").fill("Michael Bauer")
    page.get_by_label("E-Mail-Adresse").fill("m@gmial.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="m@gmail.com übernehmen")).to_be_visible()
    check_everywhere(page)
    page.get_by_label("E-Mail-Adresse").fill("m@beispiel.de")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fast geschafft.")
    assert Registration.objects.get().email == "m@beispiel.de"
