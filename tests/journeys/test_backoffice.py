"""The back office in a browser: setting an access up, and a clerk who settles a morning's work by keyboard."""

import datetime as dt
import re

import pyotp
import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from kundenportal.identity.models import StaffMember
from kundenportal.identity.staff.members import SHELL, give_access
from kundenportal.submissions.models import Submission
from tests.cases import fresh
from tests.journeys.conftest import HEIGHT, Check, heading_is, sit_down
from tests.make import (
    PASSWORD,
    Household,
    make_advance_payment_submission,
    make_household,
    make_reading_submission,
)
from tests.one_time_links import NEW_PASSWORD
from tests.sending import SENDERS
from tests.staff import ADDRESS, make_member

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.fixture
def clerk() -> StaffMember:
    return make_member()


def send_five(household: Household) -> list[Submission]:
    """Let five things wait, the oldest first: plausible, unusual, a payment, a message, another reading."""
    by_user = {"submitted_by": household.user}
    unusual = {"is_unusual": True, "check_result": "bestaetigt", "reason": "garden", "remark": "Neuer Pool"}
    made = [
        make_reading_submission(household.strom, **by_user),
        make_reading_submission(household.wasser, value=641, **by_user, **unusual),
        make_advance_payment_submission(household.premise, **by_user),
        SENDERS["contact_message"](household)("key-1"),
        make_reading_submission(household.gas, value=9_305, **by_user),
    ]
    for days, submission in zip((6, 4, 3, 1, 0), made, strict=True):
        at = timezone.now() - dt.timedelta(days=days)
        Submission.objects.filter(pk=submission.pk).update(received_at=at, waits_since=at)
    return made


def set_up(page: Page, path: str) -> None:
    """Set an access up with an app, and arrive in the inbox."""
    page.goto(path)
    page.get_by_label("Ihr Name").fill("Frau Huber")
    page.locator("#id_password").fill(NEW_PASSWORD)
    page.locator("#id_password_repeat").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Weiter zum zweiten Faktor").click()
    key = page.locator(".schluessel").inner_text().replace(" ", "")
    page.get_by_label("Code aus Ihrer App").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Zugang fertig einrichten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eingang")
    expect(page.get_by_text("Alles erledigt.")).to_be_visible()


def access_path() -> str:
    token = give_access(email=ADDRESS, role=StaffMember.Role.CLERK, actor=SHELL, now=timezone.now())
    return f"/verwaltung/zugang/{token}/"


def test_an_access_is_set_up_and_left(page: Page, check_everywhere: Check) -> None:
    path = access_path()
    page.goto(path)
    check_everywhere(page)
    set_up(page, path)
    check_everywhere(page)
    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    page.get_by_role("banner").get_by_role("button", name="Abmelden").click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    check_everywhere(page)


def test_an_access_is_set_up_without_scripts_on_a_telephone(without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    set_up(page, access_path())
    page.get_by_role("button", name="Menü").click()
    page.get_by_role("navigation", name="Alle Bereiche").get_by_role("button", name="Abmelden").click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()


def test_a_clerk_settles_five_things_by_keyboard(
    page: Page, live_server: LiveServer, clerk: StaffMember, household: Household
) -> None:
    first, unusual, payment, message, last = send_five(household)
    sit_down(page.context, clerk, live_server)
    page.goto("/verwaltung/eingang/")
    keys = page.keyboard

    def open_row(number: int) -> None:
        page.wait_for_load_state()
        for _ in range(number):
            keys.press("j")
        keys.press("Enter")
        expect(page.get_by_role("heading", name="Entscheiden")).to_be_visible()
        page.wait_for_load_state()

    open_row(1)
    keys.press("e")
    expect(page.get_by_role("button", name="Übernehmen")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text(f"{first.reference} ist freigegeben.")).to_be_visible()

    open_row(1)
    keys.press("r")
    expect(page.get_by_label("Ihre Frage")).to_be_focused()
    keys.type("Wurde der Pool neu gefüllt?")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_text("Die Rückfrage ist gestellt.")).to_be_visible()

    open_row(1)
    keys.press("a")
    keys.type("Bitte warten Sie die Jahresabrechnung ab.")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_text(f"{payment.reference} ist abgelehnt.")).to_be_visible()

    open_row(1)
    keys.press("r")
    expect(page.get_by_label("Ihre Antwort")).to_be_focused()
    keys.type("Ja, das geht.")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_text(f"{message.reference} ist beantwortet.")).to_be_visible()

    page.wait_for_load_state()
    keys.press("j")
    keys.press("k")
    open_row(0)
    keys.press("u")
    expect(page.get_by_role("link", name="Zurück zum Eingang")).to_be_focused()
    keys.press("e")
    keys.press("Enter")
    expect(page.get_by_text("Alles erledigt.")).to_be_visible()

    assert [fresh(each).status for each in (first, unusual, payment, message, last)] == [
        "received",
        "question",
        "rejected",
        "completed",
        "received",
    ]
    assert fresh(first).released_at
    assert fresh(last).released_at


def test_letters_do_nothing_once_shortcuts_are_off(
    page: Page, live_server: LiveServer, clerk: StaffMember, household: Household
) -> None:
    send_five(household)
    sit_down(page.context, clerk, live_server)
    row = page.locator("[data-row]").first
    page.goto("/verwaltung/eingang/")
    page.keyboard.press("j")
    expect(row).to_be_focused()
    page.goto("/verwaltung/mein-zugang/")
    page.get_by_label("Tastenkürzel benutzen").uncheck()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("status")).to_contain_text("gespeichert")
    page.goto("/verwaltung/eingang/")
    page.keyboard.press("j")
    expect(row).to_be_visible()
    expect(row).not_to_be_focused()


def test_much_is_taken_over_at_once_without_scripts_on_a_telephone(
    without_scripts: BrowserContext, live_server: LiveServer, clerk: StaffMember, household: Household
) -> None:
    send_five(household)
    sit_down(without_scripts, clerk, live_server)
    page = without_scripts.new_page()
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    page.goto("/verwaltung/eingang/")
    page.get_by_role("link", name="Plausible Zählerstände übernehmen").click()
    page.get_by_role("button", name=re.compile("2 Meldungen übernehmen")).click()
    expect(page.get_by_text("2 Zählerstände sind übernommen.")).to_be_visible()
    page.locator("[data-row]").first.click()
    page.get_by_text("Ablehnen", exact=True).click()
    page.get_by_label("Grund").fill("Bitte lesen Sie noch einmal ab.")
    page.get_by_role("button", name="Ablehnen und Grund senden").click()
    expect(page.get_by_text("ist abgelehnt.")).to_be_visible()


def test_the_pages_are_accessible_everywhere(
    page: Page, live_server: LiveServer, clerk: StaffMember, household: Household, check_everywhere: Check
) -> None:
    sent = send_five(household)
    sit_down(page.context, clerk, live_server)
    for path in ("", "plausible/", "?art=bank_change", *(f"{each.reference}/" for each in sent[1:4])):
        page.goto(f"/verwaltung/eingang/{path}")
        for summary in page.locator("summary").all():
            summary.click()
        check_everywhere(page)
    page.goto("/verwaltung/mein-zugang/")
    check_everywhere(page)
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    page.get_by_role("button", name="Menü").click()
    expect(page.get_by_role("navigation", name="Alle Bereiche")).to_be_visible()
    check_everywhere(page)


def test_a_supervisor_gives_an_access(
    page: Page, live_server: LiveServer, clerk: StaffMember, check_everywhere: Check
) -> None:
    supervisor = make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")
    sit_down(page.context, supervisor, live_server)
    page.goto("/verwaltung/")
    page.get_by_role("link", name="Personen").click()
    heading_is(page, "Personen")
    check_everywhere(page)
    acts = {"Rolle": "Rolle ändern", "Neuer Link": "Neuer Zugangslink", "Schließen": "Zugang schließen"}
    for name, heading in acts.items():
        page.goto("/verwaltung/personen/")
        page.get_by_role("link", name=f"{name} {clerk}").click()
        heading_is(page, heading)
        check_everywhere(page)
    page.goto("/verwaltung/personen/neu/")
    page.get_by_role("button", name="Zugang geben").click()
    expect(page.get_by_role("alert")).to_be_focused()
    check_everywhere(page)
    page.get_by_label("E-Mail-Adresse").fill("kern@stadtwerke.example")
    page.get_by_label("Lesen").check()
    page.get_by_label("Ihr Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Zugang geben").click()
    expect(page.get_by_text("Dieser Link steht nur jetzt hier.")).to_be_visible()
    check_everywhere(page)
    link = page.locator("#zugangslink").inner_text()
    page.goto(f"/verwaltung/{link.partition('/verwaltung/')[2]}")
    expect(page.get_by_label("Ihr Name")).to_be_visible()


def test_a_clerk_sees_what_a_customer_sees_and_sends_nothing(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    household: Household,
    clerk: StaffMember,
    check_everywhere: Check,
) -> None:
    sit_down(context, clerk, live_server)
    page.goto("/verwaltung/kunden/0014026-1/")
    page.get_by_role("link", name="Als Kunde ansehen").click()
    heading_is(page, "Als Kunde ansehen")
    check_everywhere(page)
    page.get_by_label("Anruf oder Besuch").check()
    page.get_by_label("Worum geht es?").fill("Frage zur Jahresrechnung 2026")
    page.get_by_role("button", name="Als Kunde ansehen").click()
    banner = page.get_by_role("region", name="Sie sehen das Portal als Michael Bauer, 0014026/1")
    expect(banner).to_contain_text("Grund: Anruf oder Besuch, Frage zur Jahresrechnung")
    check_everywhere(page)
    page.get_by_role("link", name="Zählerstände erfassen").first.click()
    heading_is(page, "Zählerstände erfassen")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hier wird nichts gesendet.")
    assert not Submission.objects.exists()
    check_everywhere(page)
    page.get_by_role("link", name="Zurück zur Kundenansicht").click()
    banner.get_by_role("button", name="Beenden").click()
    expect(page.get_by_text("Die Kundenansicht ist beendet.")).to_be_visible()
