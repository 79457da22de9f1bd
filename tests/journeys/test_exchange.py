"""A delivery in a browser: uploaded, followed while it is looked into, released; a batch taken along."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from kundenportal.erp.exchange import run_exchange
from kundenportal.identity.models import StaffMember
from tests.erp.deliveries import two_customers
from tests.erp.uploads import packed, upload, work
from tests.journeys.conftest import HEIGHT, Check, heading_is, sit_down
from tests.make import make_household, make_reading_submission
from tests.staff import make_member

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@contextmanager
def job_runner() -> Iterator[None]:
    """Let the exchange run beside the browser, as the job runner does."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(0.2):
            run_exchange(timezone.now())
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def supervisor() -> StaffMember:
    return make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")


def test_a_delivery_is_uploaded_followed_and_released(
    page: Page, live_server: LiveServer, supervisor: StaffMember, tmp_path: Path, check_everywhere: Check
) -> None:
    sit_down(page.context, supervisor, live_server)
    path = tmp_path / "lieferung.zip"
    path.write_bytes(packed())
    page.goto("/verwaltung/importe/")
    check_everywhere(page)
    page.get_by_role("link", name="Lieferung hochladen").click()
    page.get_by_role("button", name="Hochladen und prüfen").click()
    expect(page.get_by_text("Bitte wählen Sie eine Datei.").first).to_be_visible()
    check_everywhere(page)
    page.get_by_label("Datei").set_input_files(path)
    page.get_by_role("button", name="Hochladen und prüfen").click()
    heading_is(page, path.name)
    # Nothing is replaced while it is looked at.
    page.context.set_offline(True)
    check_everywhere(page)
    page.context.set_offline(False)
    with job_runner():
        expect(page.get_by_role("heading", name="Entscheiden")).to_be_visible()
        expect(page.locator("[data-live-status]")).to_have_text("Wartet auf Freigabe")
        check_everywhere(page)
        page.get_by_role("link", name="Freigeben").click()
        heading_is(page, "Lieferung freigeben")
        check_everywhere(page)
        page.get_by_role("button", name="Einlesen").click()
        expect(page.get_by_role("heading", name="Was sich geändert hat")).to_be_visible()
    upload(packed(two_customers(kunden={"plz": "9" * 20})), name="falsch.zip", now=timezone.now())
    work(timezone.now())
    page.goto("/verwaltung/importe/")
    check_everywhere(page)
    page.locator("[data-row]").first.click()
    expect(page.get_by_text("Abgelehnt: 1 Fehler.")).to_be_visible()
    check_everywhere(page)


def test_a_batch_is_taken_along_without_scripts_on_a_telephone(
    without_scripts: BrowserContext, live_server: LiveServer, supervisor: StaffMember
) -> None:
    make_reading_submission(make_household().strom)
    sit_down(without_scripts, supervisor, live_server)
    page = without_scripts.new_page()
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    page.goto("/verwaltung/importe/exporte/")
    page.get_by_role("link", name="Stapel jetzt erzeugen").click()
    page.get_by_role("button", name="Stapel erzeugen").click()
    page.get_by_role("link", name="batch-000001").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="ZIP herunterladen").click()
    assert taken.value.suggested_filename == "batch-000001.zip"
    page.goto("/verwaltung/importe/exporte/")
    expect(page.get_by_role("row", name="batch-000001")).to_contain_text("Herr Maier")
