"""Documents and mails in the back office in a browser: a delivery, what is to be cleared, a mail that came back."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from kundenportal.documents.models import Document, QuarantinedDocument
from kundenportal.erp.inbound.uploaded_documents import take_in_batches
from kundenportal.identity.models import StaffMember
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from tests.erp.document_deliveries import bill
from tests.journeys.conftest import HEIGHT, Check, heading_is, sit_down
from tests.make import Household, make_household
from tests.staff import make_member

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def household() -> Household:
    return make_household()


def upload(page: Page, content: bytes, *, runs_scripts: bool = True) -> None:
    """Upload a scan whose name tells nothing, and let the job runner take it in; scripts renew the page."""
    page.goto("/verwaltung/dokumente/")
    page.get_by_role("link", name="Dokumente hochladen").click()
    page.get_by_label("Dateien").set_input_files(
        {"name": "Scan 1.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_role("button", name="Hochladen und prüfen").click()
    expect(page.get_by_text("Die Lieferung ist da und wird jetzt geprüft.")).to_be_visible()
    while take_in_batches(timezone.now()):
        pass
    if not runs_scripts:
        page.get_by_role("link", name="Stand neu laden").click()
    expect(page.get_by_text("eingelesen", exact=True).first).to_be_visible()


def place(page: Page) -> None:
    """Say whose the scan is, and mean it."""
    page.goto("/verwaltung/dokumente/")
    page.get_by_role("link", name="Scan 1.pdf").last.click()
    page.get_by_label("Titel").fill("Jahresabrechnung 2025")
    page.get_by_label("Datum des Dokuments").fill("20.1.2026")
    page.get_by_label("Woran erkennen Sie").fill("Name und Anschrift stimmen")
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    expect(page.get_by_role("heading", name="Geht es an die richtige Person?")).to_be_visible()


def test_a_scan_finds_its_customer_and_is_recalled(
    page: Page, live_server: LiveServer, household: Household, check_everywhere: Check
) -> None:
    sit_down(page.context, make_member(), live_server)
    upload(page, bill(household.customer.customer_number))
    check_everywhere(page)
    page.goto("/verwaltung/dokumente/hochladen/")
    check_everywhere(page)
    page.goto("/verwaltung/dokumente/")
    check_everywhere(page)
    place(page)
    check_everywhere(page)
    page.get_by_role("button", name="Ja, diesem Kunden zeigen").click()
    expect(page.get_by_text("Das Dokument liegt jetzt bei")).to_be_visible()
    page.get_by_label("Kundennummer, Dokumentnummer").fill(household.customer.customer_number)
    page.get_by_role("button", name="Suchen").click()
    result = page.get_by_role("link", name="Jahresabrechnung 2025")
    expect(result).to_be_visible()
    check_everywhere(page)
    result.click()
    heading_is(page, "Jahresabrechnung 2025")
    check_everywhere(page)
    page.get_by_role("link", name="Zurückziehen").click()
    heading_is(page, "Dokument zurückziehen?")
    check_everywhere(page)
    page.get_by_label("Grund").fill("falscher Kunde")
    page.get_by_role("button", name="Jetzt zurückziehen").click()
    expect(page.get_by_text("Niemand hat es geöffnet.").first).to_be_visible()
    assert Document.objects.get().recalled_at is not None
    mail = enqueue(
        "new_documents",
        to=household.user.email,
        context={"customer": household.customer.pk},
        customer_id=household.customer.pk,
        now=timezone.now(),
    )
    returned = {"status": "bounced", "bounce": "hard", "needs_staff": True, "last_error": "550 5.1.1 unknown"}
    OutgoingMail.objects.filter(pk=mail.pk).update(**returned)
    page.goto("/verwaltung/mails/")
    check_everywhere(page)
    page.get_by_role("link", name="Adressen klären").click()
    page.locator("[data-row]").first.click()
    expect(page.get_by_role("button", name="Adresse ist geklärt")).to_be_visible()
    check_everywhere(page)
    page.get_by_role("button", name="Adresse ist geklärt").click()
    expect(page.get_by_text("Die Adresse ist als geklärt gekennzeichnet.")).to_be_visible()
    page.get_by_role("link", name="Noch einmal senden").click()
    expect(page).to_have_title(re.compile("^E-Mail noch einmal senden"))
    check_everywhere(page)


def test_a_scan_is_placed_without_scripts_on_a_telephone(
    without_scripts: BrowserContext, live_server: LiveServer, household: Household
) -> None:
    sit_down(without_scripts, make_member(StaffMember.Role.SUPERVISOR), live_server)
    page = without_scripts.new_page()
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    upload(page, bill(household.customer.customer_number), runs_scripts=False)
    place(page)
    page.get_by_role("button", name="Ja, diesem Kunden zeigen").click()
    expect(page.get_by_text("Das Dokument liegt jetzt bei")).to_be_visible()
    assert not QuarantinedDocument.objects.exists()
