"""Passkeys, an authenticator app and recovery codes, in a browser with a passkey of its own."""

from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, CDPSession, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from kundenportal.customers.models import Customer
from kundenportal.identity.models import Passkey, User
from tests.journeys.conftest import BecomeUser, Check
from tests.make import PASSWORD, make_customer, make_passkey, make_premise, make_user
from tests.second_factors import add_app, wrong_code

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _own_address(settings: Any, live_server: LiveServer) -> None:
    # A passkey belongs to one address, and the server believes no other.
    settings.BASE_URL = live_server.url


@pytest.fixture
def customer() -> Customer:
    customer = make_customer(customer_number="0014026/1")
    make_premise(customer)
    return customer


@pytest.fixture
def user(customer: Customer) -> User:
    return make_user(customer)


@dataclass
class Authenticator:
    """The browser's virtual authenticator: a passkey with a finger that is always right, until it is not."""

    session: CDPSession
    authenticator_id: str

    def recognises(self, person: bool) -> None:
        self._send("setUserVerified", isUserVerified=person)

    def is_touched(self, touched: bool) -> None:
        self._send("setAutomaticPresenceSimulation", enabled=touched)

    def _send(self, command: str, **values: object) -> None:
        self.session.send(f"WebAuthn.{command}", {"authenticatorId": self.authenticator_id, **values})


@pytest.fixture
def authenticator(page: Page) -> Authenticator:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Authenticator(session, added["authenticatorId"])


def show_password(page: Page) -> None:
    page.goto("/anmelden/")
    page.get_by_label("Kundennummer oder E-Mail").fill("0014026/1")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Login").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Abmelden").first.click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()


def expect_home(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Michael Bauer")


def add_passkey(page: Page, name: str) -> None:
    page.goto("/konto/sicherheit/")
    page.get_by_role("link", name="Passkey hinzufügen").click()
    page.get_by_label("Name des Passkeys").fill(name)
    page.get_by_role("button", name="Passkey anlegen").click()


def test_a_passkey_is_added_and_signs_in_without_number_and_password(
    page: Page, user: User, authenticator: Authenticator, become: BecomeUser
) -> None:
    become(page.context, user)
    add_passkey(page, "Mein Notebook")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Wiederherstellungscodes")
    expect(page.locator("#codes li")).to_have_count(10)
    page.get_by_role("button", name="Ich habe die Codes aufgehoben").click()
    expect(page.get_by_text("Mein Notebook", exact=True)).to_be_visible()

    # Untouched until the button asks, or the waiting question of the page would be answered first.
    authenticator.is_touched(False)
    page.get_by_role("link", name="Zur Kontoverwaltung").click()
    with page.expect_response("**/passkey/**"):
        sign_out(page)

    def touch_before_it_is_asked(route: Route) -> None:
        authenticator.is_touched(True)
        route.continue_()

    # A device that is touched while it is being asked does not notice.
    page.route("**/passkey/**", touch_before_it_is_asked)
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect_home(page)
    assert Passkey.objects.get().last_used_at is not None


def test_the_field_for_the_name_offers_the_passkey_by_itself(
    page: Page, user: User, authenticator: Authenticator, become: BecomeUser
) -> None:
    become(page.context, user)
    add_passkey(page, "Mein Notebook")
    expect(page.locator("#codes li")).to_have_count(10)
    page.context.clear_cookies()
    page.goto("/anmelden/")
    # The virtual device answers the waiting question at once, as if its owner had picked it in the field.
    expect_home(page)


def test_a_device_that_does_not_recognise_its_owner_signs_nobody_in(
    page: Page, user: User, authenticator: Authenticator, become: BecomeUser
) -> None:
    become(page.context, user)
    add_passkey(page, "Mein Notebook")
    expect(page.locator("#codes li")).to_have_count(10)
    page.context.clear_cookies()
    authenticator.recognises(False)
    page.goto("/anmelden/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_text("Das hat nicht geklappt oder wurde abgebrochen.")).to_be_visible()
    expect(page.get_by_label("Passwort", exact=True)).to_be_editable()


def test_a_device_makes_no_second_passkey_and_says_why(
    page: Page, user: User, authenticator: Authenticator, become: BecomeUser
) -> None:
    become(page.context, user)
    add_passkey(page, "Mein Notebook")
    expect(page.locator("#codes li")).to_have_count(10)
    add_passkey(page, "Noch einmal")
    expect(page.get_by_text("Vielleicht gibt es auf diesem Gerät schon einen Passkey")).to_be_visible()
    assert Passkey.objects.count() == 1


def test_after_the_password_the_passkey_is_the_second_step(
    page: Page, user: User, authenticator: Authenticator, become: BecomeUser
) -> None:
    become(page.context, user)
    add_passkey(page, "Mein Notebook")
    expect(page.locator("#codes li")).to_have_count(10)
    page.context.clear_cookies()
    authenticator.is_touched(False)
    show_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldung bestätigen")
    authenticator.is_touched(True)
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect_home(page)


def test_an_app_is_set_up_by_keyboard_and_asked_for(page: Page, user: User, become: BecomeUser) -> None:
    become(page.context, user)
    page.goto("/konto/sicherheit/app/")
    app = pyotp.TOTP(page.locator("#schluessel").inner_text().replace(" ", ""))
    page.get_by_label("Code aus Ihrer App").focus()
    page.keyboard.type(app.at(timezone.now()))
    page.keyboard.press("Enter")
    expect(page.locator("#codes li")).to_have_count(10)
    codes = page.locator("#codes li").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Als Datei speichern").click()
    assert codes[0] in download.value.path().read_text(encoding="utf-8")

    page.context.clear_cookies()
    show_password(page)
    page.get_by_role("link", name="Wiederherstellungscode verwenden").click()
    page.get_by_label("Wiederherstellungscode").fill(codes[0].lower())
    page.get_by_role("button", name="Weiter").click()
    expect_home(page)


def test_codes_can_be_copied(page: Page, user: User, become: BecomeUser) -> None:
    add_app(user)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    become(page.context, user)
    page.goto("/konto/sicherheit/wiederherstellung/")
    page.get_by_role("button", name="Neue Codes erzeugen").click()
    expect(page.locator("#codes li")).to_have_count(10)
    codes = page.locator("#codes li").all_inner_texts()
    page.get_by_role("button", name="Kopieren").click()
    expect(page.get_by_text("Die Codes sind kopiert.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").split() == codes


def test_without_scripts_the_app_works_and_no_passkey_is_promised(
    without_scripts: BrowserContext, user: User
) -> None:
    app, _ = add_app(user)
    make_passkey(user)
    page = without_scripts.new_page()
    page.goto("/anmelden/")
    expect(page.get_by_role("button", name="Mit Passkey anmelden")).to_have_count(0)
    show_password(page)
    expect(page.get_by_text("Dieser Browser kann hier keinen Passkey benutzen.")).to_be_visible()
    page.get_by_label("Code aus Ihrer App").fill(app.at(timezone.now()))
    page.get_by_role("button", name="Weiter").click()
    expect_home(page)


PAGES = [
    "/konto/sicherheit/",
    "/konto/sicherheit/passkeys/neu/",
    "/konto/sicherheit/app/",
    "/konto/sicherheit/app/entfernen/",
    "/konto/sicherheit/wiederherstellung/",
    "/konto/bestaetigen/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_account_is_accessible_also_with_its_errors(
    page: Page, user: User, become: BecomeUser, check_everywhere: Check, path: str
) -> None:
    add_app(user)
    make_passkey(user, name="Handy")
    become(page.context, user)
    page.goto(path)
    check_everywhere(page)
    form = page.locator("form[novalidate]:visible")
    if form.count() and "data-passkey" not in str(form.first.evaluate("each => each.outerHTML")):
        form.first.locator(".knopf--haupt").click()
        expect(page.get_by_role("alert").first).to_be_focused()
        check_everywhere(page)


def test_the_pages_of_one_passkey_and_new_codes_are_accessible(
    page: Page, user: User, become: BecomeUser, check_everywhere: Check
) -> None:
    passkey = make_passkey(user)
    become(page.context, user)
    for act in ("umbenennen", "entfernen"):
        page.goto(f"/konto/sicherheit/passkeys/{passkey.public_id}/{act}/")
        check_everywhere(page)
    page.goto("/konto/sicherheit/wiederherstellung/")
    page.get_by_role("button", name="Neue Codes erzeugen").click()
    expect(page.locator("#codes li")).to_have_count(10)
    check_everywhere(page)


def test_confirming_a_new_device_is_accessible_also_with_its_errors(
    page: Page, user: User, settings: Any, check_everywhere: Check
) -> None:
    settings.NEW_DEVICE_CODE = True
    show_password(page)
    page.get_by_role("button", name="Code per E-Mail senden").click()
    expect(page.get_by_text("Wir haben Ihnen einen Code gesendet.")).to_be_visible()
    check_everywhere(page)
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    check_everywhere(page)


def test_the_second_step_is_accessible_also_with_its_errors(
    page: Page, user: User, check_everywhere: Check
) -> None:
    app, _ = add_app(user)
    make_passkey(user)
    show_password(page)
    check_everywhere(page)
    page.get_by_label("Code aus Ihrer App").fill(wrong_code(app, timezone.now()))
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    check_everywhere(page)
    page.get_by_role("link", name="Wiederherstellungscode verwenden").click()
    expect(page.get_by_label("Wiederherstellungscode")).to_be_visible()
    check_everywhere(page)
