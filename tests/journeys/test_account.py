"""The Kontoverwaltung in a browser: password, e-mail address, devices, fresh proof, the end of a session."""

import datetime as dt
import re

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from kundenportal.identity.kept_forms import keep_form
from kundenportal.identity.models import KeptForm, User
from kundenportal.identity.security_events import report_security_event
from kundenportal.mailing.models import OutgoingMail
from tests.journeys.conftest import BecomeUser, Check
from tests.make import PASSWORD, Household, make_household
from tests.personas import sign_in
from tests.security_mails import link_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NEW = "Regal Mond Kutsche Quark"


@pytest.fixture
def household(page: Page, become: BecomeUser) -> Household:
    household = make_household()
    become(page.context, household.user)
    return household


def fill_password(page: Page) -> None:
    page.locator("#id_current_password").fill(PASSWORD)
    page.locator("#id_password").fill(NEW)
    page.locator("#id_password_repeat").fill(NEW)


def mail_link(kind: str, path: str) -> str:
    return link_in(OutgoingMail.objects.filter(kind=kind).latest("id"), path, now=timezone.now())


def end_session_of(page: Page) -> None:
    """Let the session of a browser run out."""
    name = django_settings.SESSION_COOKIE_NAME
    client = Client()
    client.cookies[name] = next(each["value"] for each in page.context.cookies() if each["name"] == name)
    session = client.session
    session["seen_at"] = 0
    session.save()


def stop_the_clock(page: Page) -> None:
    """Let time in a window pass by command only, however long the test itself takes."""
    now = timezone.now()
    page.clock.install(time=now)
    # It runs until it is stopped, which it can be only at a moment that is still to come.
    page.clock.pause_at(now + dt.timedelta(hours=1))


PAGES = ("/konto/", "/konto/passwort/", "/konto/email/", "/konto/geraete/", "/konto/bestaetigen/")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_everywhere(
    page: Page, household: Household, check_everywhere: Check, path: str
) -> None:
    sign_in(Client(HTTP_USER_AGENT="Firefox"), household.user)
    page.goto(path)
    check_everywhere(page)


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/konto/passwort/", "Passwort ändern"),
        ("/konto/email/", "E-Mail-Adresse ändern"),
        ("/konto/bestaetigen/", "Bestätigen"),
    ],
)
def test_a_page_with_errors_is_accessible_everywhere(
    page: Page, household: Household, check_everywhere: Check, path: str, button: str
) -> None:
    page.goto(path)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_be_focused()
    check_everywhere(page)


def test_a_new_password_keeps_this_browser_and_signs_in(page: Page, household: Household) -> None:
    page.goto(f"/vs/{household.premise.public_id}/")
    page.get_by_role("navigation", name="Hauptnavigation").get_by_role("link", name="Kontoverwaltung").click()
    page.get_by_role("link", name="Passwort Ein neues Passwort").click()
    fill_password(page)
    page.get_by_role("button", name="Passwort ändern").click()
    expect(page.get_by_role("status")).to_contain_text("Ihr Passwort ist geändert.")
    assert User.objects.get().check_password(NEW)


def test_a_new_address_is_confirmed_by_its_mailbox(
    page: Page, household: Household, check_everywhere: Check
) -> None:
    page.goto("/konto/email/")
    page.locator("#id_email").fill("michael@neu.example")
    page.locator("#id_email_repeat").fill("michael@neu.example")
    page.locator("#id_current_password").fill(PASSWORD)
    page.get_by_role("button", name="E-Mail-Adresse ändern").click()
    expect(page.get_by_text("Wir haben einen Link an die neue Adresse gesendet.")).to_be_visible()
    check_everywhere(page)
    page.goto(mail_link("email_change_confirm", "/email-bestaetigen/"))
    check_everywhere(page)
    page.get_by_role("button", name="Neue Adresse bestätigen").click()
    expect(page.get_by_text("Ihre neue E-Mail-Adresse gilt jetzt.")).to_be_visible()
    expect(page.get_by_text("m•••••l@neu.example")).to_be_visible()


def test_a_device_is_signed_out(page: Page, household: Household) -> None:
    sign_in(Client(), household.user)
    page.goto("/konto/geraete/")
    page.get_by_role("button", name=re.compile("Abmelden ?: Unbekanntes Gerät")).click()
    expect(page.get_by_text("Abgemeldet: Unbekanntes Gerät.")).to_be_visible()
    expect(page.get_by_text("Auf keinem anderen Gerät sind Sie angemeldet.")).to_be_visible()


def test_that_was_not_me_secures_the_login(
    page: Page, household: Household, check_everywhere: Check, without_scripts: BrowserContext
) -> None:
    report_security_event("password_changed", user=household.user, now=timezone.now())
    stranger = without_scripts.new_page()
    stranger.goto(mail_link("password_changed", "/das-war-ich-nicht/"))
    check_everywhere_without_scripts(stranger, page, check_everywhere)
    stranger.get_by_role("button", name="Das war ich nicht – Zugang sichern").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Ihr Zugang ist gesichert")
    page.goto("/konto/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kunden-Login")


def check_everywhere_without_scripts(shown: Page, page: Page, check: Check) -> None:
    """Look at the page that a browser without scripts shows, in one with scripts: axe needs them."""
    page.goto(shown.url)
    check(page)


@pytest.fixture
def kept(household: Household) -> KeptForm:
    fields = {"email": ["michael@neu.example"], "email_repeat": ["michael@neu.example"]}
    kept = keep_form(household.user, "/konto/email/", fields, is_sent_at_once=True, now=timezone.now())
    assert kept is not None
    return kept


def test_a_kept_form_goes_on_by_itself(page: Page, kept: KeptForm) -> None:
    page.goto(f"/konto/fortsetzen/{kept.public_id}/")
    expect(page.get_by_label("Neue E-Mail-Adresse wiederholen")).to_have_value("michael@neu.example")


def test_a_kept_form_goes_on_by_a_button_without_scripts(
    kept: KeptForm, household: Household, without_scripts: BrowserContext, become: BecomeUser
) -> None:
    become(without_scripts, household.user)
    page = without_scripts.new_page()
    page.goto(f"/konto/fortsetzen/{kept.public_id}/")
    page.get_by_role("button", name="Weiter mit meinen Eingaben").click()
    expect(page.get_by_label("Neue E-Mail-Adresse wiederholen")).to_have_value("michael@neu.example")


def test_the_dialog_asks_two_minutes_before_the_end_and_goes_on(
    page: Page, household: Household, check_everywhere: Check
) -> None:
    stop_the_clock(page)
    page.goto("/konto/email/")
    page.get_by_label("Neue E-Mail-Adresse wiederholen").fill("michael@neu.example")
    dialog = page.get_by_role("dialog")
    page.clock.run_for(dt.timedelta(minutes=27, seconds=50).total_seconds() * 1000)
    expect(dialog).to_be_hidden()
    page.clock.run_for(15_000)
    expect(dialog).to_be_visible()
    expect(dialog).to_have_accessible_name("Sind Sie noch da?")
    dialog.get_by_role("button", name="Angemeldet bleiben").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Neue E-Mail-Adresse wiederholen")).to_have_value("michael@neu.example")


def test_the_open_dialog_is_accessible_everywhere(
    page: Page, household: Household, check_everywhere: Check
) -> None:
    page.goto("/konto/")
    page.evaluate("document.querySelector('[data-session]').showModal()")
    check_everywhere(page)


def test_another_tab_keeps_this_one_signed_in(page: Page, household: Household) -> None:
    stop_the_clock(page)
    page.goto("/konto/")
    page.clock.run_for(20 * 60 * 1000)
    page.context.new_page().goto("/konto/")
    page.clock.run_for(9 * 60 * 1000)
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_was_typed_outlives_the_session(page: Page, household: Household) -> None:
    stop_the_clock(page)
    page.goto("/konto/email/")
    page.get_by_label("Neue E-Mail-Adresse wiederholen").fill("michael@neu.example")
    end_session_of(page)
    page.clock.run_for(30 * 60 * 1000 + 2000)
    dialog = page.get_by_role("dialog", name="Sie sind abgemeldet")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Schließen").click()
    page.get_by_role("button", name="E-Mail-Adresse ändern").click()
    page.get_by_label("Kundennummer oder E-Mail").fill("14026")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Login").click()
    page.get_by_role("button", name="Weiter mit meinen Eingaben").click()
    expect(page.get_by_label("Neue E-Mail-Adresse wiederholen")).to_have_value("michael@neu.example")
