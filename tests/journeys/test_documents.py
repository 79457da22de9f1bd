"""Finding, opening and saving documents in a browser: with scripts, on a telephone, and without scripts."""

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kundenportal.documents.models import DocumentAccess
from tests.journeys.conftest import HEIGHT, WIDTHS, BecomeUser, Check, assert_accessible, heading_is
from tests.make import PDF, Household, make_document, make_household
from tests.pdfs import make_pdf

NEWS = "Dokumentenverwaltung {} neue"

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def household() -> Household:
    """The household of the mock-ups with documents of three years."""
    made = make_household()
    two_pages = make_pdf(("Jahresabrechnung 2025", "Kundennummer 0014026/1"), ("Seite zwei",))
    make_document(made.customer, "Jahresabrechnung 2025", content=two_pages)
    make_document(
        made.customer,
        "Preisinformation zum 1. Januar 2027 für Strom und Gas in der Grundversorgung",
        kind="preisinformation",
        document_date=dt.date(2025, 11, 12),
    )
    make_document(made.customer, "Vertragsbestätigung Gas", kind="vertrag", document_date=dt.date(2024, 3, 3))
    return made


def test_a_bill_is_found_opened_in_a_dialog_and_saved(
    page: Page, become: BecomeUser, household: Household, check_everywhere: Check
) -> None:
    become(page.context, household.user)
    page.goto(f"/vs/{household.premise.public_id}/")
    check_everywhere(page)
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    page.get_by_role("link", name=NEWS.format(3)).click()
    heading_is(page, "Dokumente")
    check_everywhere(page)
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})

    page.get_by_label("Art", exact=True).select_option("rechnung")
    expect(page).to_have_url(re.compile("art=rechnung"))
    # Before its scripts run, a link leads to a page.
    page.wait_for_load_state()
    row = page.get_by_role("link", name="Jahresabrechnung 2025")
    row.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Jahresabrechnung 2025")
    expect(dialog).to_be_visible()
    expect(dialog.locator("iframe")).to_have_attribute("title", "Jahresabrechnung 2025")
    # The viewer is the browser's own, which axe cannot look into.
    dialog.locator("iframe").evaluate("frame => frame.remove()")
    check_everywhere(page)
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})

    with page.expect_download() as download:
        dialog.get_by_role("link", name="Herunterladen").click()
    assert download.value.suggested_filename == "Jahresabrechnung 2025.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-1.7")
    dialog.get_by_role("button", name="Schließen").click()
    expect(dialog).to_be_hidden()
    expect(row).to_be_focused()
    expect(row).not_to_contain_text("Neu")
    expect(page.get_by_role("link", name=NEWS.format(2))).to_be_visible()

    page.reload()
    expect(page.get_by_role("link", name=NEWS.format(2))).to_be_visible()
    assert list(DocumentAccess.objects.order_by("pk").values_list("way", flat=True)) == [
        "opened",
        "downloaded",
    ]


def test_a_telephone_shows_the_pages_as_pictures(
    browser: Browser, become: BecomeUser, household: Household, base_url: str
) -> None:
    context = browser.new_context(
        locale="de-DE",
        base_url=base_url,
        viewport={"width": 390, "height": HEIGHT},
        has_touch=True,
        is_mobile=True,
    )
    become(context, household.user)
    page = context.new_page()
    page.goto(f"/vs/{household.premise.public_id}/dokumente/")
    page.get_by_role("link", name="Jahresabrechnung 2025").tap()

    dialog = page.get_by_role("dialog", name="Jahresabrechnung 2025")
    first = dialog.get_by_role("img", name="Seite 1 von 2")
    expect(first).to_be_visible()
    expect(first).to_have_js_property("naturalWidth", 1200)
    assert_accessible(page)
    context.close()


def test_without_scripts_a_document_has_a_page_of_its_own(
    without_scripts: BrowserContext, become: BecomeUser, household: Household, base_url: str
) -> None:
    become(without_scripts, household.user)
    page = without_scripts.new_page()
    page.goto(f"/vs/{household.premise.public_id}/dokumente/")
    page.get_by_label("Suche").fill("vertrag")
    page.get_by_role("button", name="Suchen").click()
    page.get_by_role("link", name="Vertragsbestätigung Gas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vertragsbestätigung Gas")
    expect(page.get_by_role("img", name="Seite 1 von 1")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Herunterladen").click()
    assert Path(download.value.path()).read_bytes() == PDF
    page.get_by_role("link", name="Alle Dokumente").click()
    expect(page.get_by_role("link", name=NEWS.format(2))).to_be_visible()
