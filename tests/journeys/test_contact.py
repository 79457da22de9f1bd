"""Writing to the utility in a browser: with scripts and without, on a telephone, for everybody."""

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from kundenportal.contact.models import Attachment, ContactMessage, ContactThread
from kundenportal.customers.models import Customer
from kundenportal.metering.models import ReadingPhoto
from tests.contact import answer, make_upload, send_message
from tests.journeys.conftest import HEIGHT, BecomeUser, Check, assert_no_sideways_scrolling, heading_is
from tests.make import Household, make_household_of
from tests.strangers_files import make_pdf, pdf_of, picture

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHOTO = FilePayload(name="Zähler.jpg", mimeType="image/jpeg", buffer=picture(600, 400))
CONTRACT = FilePayload(name="Vertrag.pdf", mimeType="application/pdf", buffer=pdf_of(make_pdf()))
LETTER = FilePayload(name="brief.docx", mimeType="application/msword", buffer=b"PK\x03\x04")


@pytest.fixture
def household() -> Household:
    household = make_household_of(timezone.localdate())
    Customer.objects.filter(pk=household.customer.pk).update(phone="09872 123456")
    return household


@pytest.fixture
def either_page(either_page: Page, become: BecomeUser, household: Household) -> Page:
    become(either_page.context, household.user)
    either_page.set_viewport_size({"width": 390, "height": HEIGHT})
    return either_page


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def fitting_heading_is(page: Page, text: str) -> None:
    heading_is(page, text)
    assert_no_sideways_scrolling(page)


def test_a_message_with_files_is_written_answered_and_answered_again(
    either_page: Page, household: Household
) -> None:
    page = either_page
    page.goto(f"/vs/{household.premise.public_id}/")
    page.get_by_role("main").get_by_role("link", name="Kontaktformular").click()
    fitting_heading_is(page, "Kontaktformular")
    page.get_by_label("Anfrage").fill("Wir ziehen um.")
    page.get_by_label("Dateien").set_input_files([PHOTO, LETTER])
    press(page, "Nachricht senden")
    expect(page.get_by_role("alert")).to_contain_text("Bitte geben Sie einen Betreff ein.")
    expect(page.get_by_role("alert")).to_contain_text("Die Datei brief.docx können wir nicht öffnen.")
    assert_no_sideways_scrolling(page)
    # The good photo is still there, the bad file is not, and the Enter key sends instead of removing.
    page.get_by_label("Dateien").set_input_files([CONTRACT])
    page.get_by_label("Betreff").fill("Umzug")
    page.get_by_label("Betreff").press("Enter")
    fitting_heading_is(page, "Wir haben Ihre Anfrage erhalten.")
    assert set(Attachment.objects.values_list("name", flat=True)) == {"Zähler.jpg", "Vertrag.pdf"}

    answer(ContactThread.objects.get(), body="Gute Reise!", now=timezone.now())
    page.get_by_role("link", name="Zur Startseite").click()
    page.get_by_role("link", name="Ihre Nachrichten ansehen").click()
    fitting_heading_is(page, "Ihre Nachrichten")
    page.get_by_role("link", name="Umzug").click()
    expect(page.get_by_text("Gute Reise!")).to_be_visible()
    page.get_by_label("Ihre Nachricht").fill("Danke!")
    press(page, "Nachricht senden")
    expect(page.get_by_text("Wir haben Ihre Nachricht erhalten.")).to_be_visible()
    assert_no_sideways_scrolling(page)
    assert list(ContactMessage.objects.order_by("pk").values_list("body", flat=True)) == [
        "Wir ziehen um.",
        "Gute Reise!",
        "Danke!",
    ]


def test_a_photo_goes_along_with_a_reading(either_page: Page, household: Household) -> None:
    page = either_page
    page.goto(f"/vs/{household.premise.public_id}/zaehlerstaende/")
    page.get_by_text("Foto, anderes Datum oder Bemerkung hinzufügen").first.click()
    page.locator(f"#id_foto-{household.strom.meter_id}").set_input_files(PHOTO)
    page.locator(f"#id_stand-{household.strom.pk}").fill("abc")
    press(page, "Weiter zur Prüfung")
    shown = page.get_by_role("img", name="Ihr Foto des Zählers")
    expect(shown).to_be_visible()
    page.locator(f"#id_stand-{household.strom.pk}").fill("24318")
    press(page, "Weiter zur Prüfung")
    fitting_heading_is(page, "Bitte prüfen Sie Ihre Angaben")
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("naturalWidth", 600)
    press(page, "Daten senden")
    fitting_heading_is(page, "Danke, Ihre Zählerstände sind angekommen.")
    expect(shown).to_be_visible()
    assert ReadingPhoto.objects.get().meter_id == household.strom.meter_id


def test_the_counter_tells_how_much_still_fits(page: Page, become: BecomeUser, household: Household) -> None:
    become(page.context, household.user)
    page.goto(f"/vs/{household.premise.public_id}/kontakt/")
    counter = page.locator("[data-characters]")
    expect(counter).to_have_text("Noch 4.000 Zeichen")
    page.get_by_label("Anfrage").fill("x" * 4001)
    expect(counter).to_have_text("1 Zeichen zu lang")
    expect(page.locator(".feld [role=status]")).to_have_text("1 Zeichen zu lang")


def test_the_pages_are_accessible_everywhere(
    page: Page, become: BecomeUser, household: Household, check_everywhere: Check
) -> None:
    now = timezone.now()
    upload = make_upload(household.user, household.premise, content=picture(300, 200), now=now)
    submission = send_message(household, uploads=[upload], now=now)
    answer(ContactThread.objects.get(), now=now)
    become(page.context, household.user)
    base = f"/vs/{household.premise.public_id}/"
    page.goto(f"{base}kontakt/")
    check_everywhere(page)
    page.get_by_label("Dateien").set_input_files([PHOTO, LETTER])
    press(page, "Nachricht senden")
    expect(page.get_by_role("alert")).to_be_focused()
    check_everywhere(page)
    for path in (
        "nachrichten/",
        f"nachrichten/{submission.reference}/",
        f"vorgaenge/{submission.reference}/",
    ):
        page.goto(base + path)
        expect(page.get_by_text(submission.reference).first).to_be_visible()
        check_everywhere(page)
