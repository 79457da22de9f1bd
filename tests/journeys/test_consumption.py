"""Looking at what was used in a browser: with scripts and without."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kundenportal.metering.models import MeterReading, Register
from tests.journeys.conftest import HEIGHT, BecomeUser, Check
from tests.make import Household, make_household, make_reading, make_reading_submission, make_register

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def household() -> Household:
    """The household of the mock-ups, with everything its pages can show."""
    made = make_household()
    MeterReading.objects.filter(register=made.strom, value=19480).update(origin="geschaetzt")
    Register.objects.filter(pk=made.gas.pk).update(
        calorific_value=Decimal("11.284"), state_number=Decimal("0.9614")
    )
    night = make_register(meter=made.strom.meter, code="NT", label="NT (Nacht)")
    fed_in = make_register(meter=made.strom.meter, code="2", label="Einspeisung", direction="einspeisung")
    for register in (night, fed_in):
        for year, value in ((2022, 0), (2023, 900), (2024, 1850), (2025, 2700)):
            make_reading(register, dt.date(year, 12, 31), value)
    for month in (1, 2, 3, 4):
        make_reading(made.gas, dt.date(2026, month, 28), 8412 + 150 * month, origin="fernauslesung")
    make_reading_submission(made.strom, status="exported")
    return made


def look_around(page: Page, household: Household) -> None:
    """Go from the figures at home to those of gas, and to how they came about."""
    page.goto(f"/vs/{household.premise.public_id}/")
    page.get_by_text("Werte als Tabelle").click()
    expect(page.get_by_role("table", name="Ihr Verbrauch in Zahlen")).to_contain_text("2025")
    page.get_by_role("main").get_by_role("link", name="Verbrauch ansehen").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Verbrauch")
    expect(page.get_by_text("Schraffiert: geschätzt").first).to_be_visible()
    expect(
        page.get_by_role("img", name="Strom: 2023 3.400\xa0kWh, 2024 3.430\xa0kWh (geschätzt)")
    ).to_be_visible()

    page.get_by_role("navigation", name="Versorgungsart").get_by_role("link", name="Gas").click()
    expect(page.get_by_text("2025 haben Sie 1.112\xa0m³ Gas verbraucht (12.063\xa0kWh).")).to_be_visible()
    page.get_by_text("So rechnen wir").click()
    expect(page.get_by_text("Kubikmeter × Zustandszahl 0,9614 × Brennwert 11,284 kWh/m³")).to_be_visible()


def test_the_use_is_looked_at_and_taken_along_with_scripts(
    page: Page, become: BecomeUser, household: Household
) -> None:
    become(page.context, household.user)
    look_around(page, household)
    with page.expect_download() as download:
        page.get_by_role("link", name="Alle Werte als CSV-Datei").click()
    assert download.value.suggested_filename.startswith("Verbrauch Lindenstraße 12 ")
    assert "Gas;7 ELS00 1182 0096;1;;Bezug;31.12.2025;8412;" in Path(download.value.path()).read_text(
        "utf-8-sig"
    )


def test_the_use_is_looked_at_without_scripts_on_a_telephone(
    without_scripts: BrowserContext, become: BecomeUser, household: Household
) -> None:
    become(without_scripts, household.user)
    page = without_scripts.new_page()
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    look_around(page, household)


def test_the_pages_are_accessible_everywhere(
    page: Page, become: BecomeUser, household: Household, check_everywhere: Check
) -> None:
    become(page.context, household.user)
    for path in ("", "verbrauch/?art=strom", "verbrauch/?art=gas"):
        page.goto(f"/vs/{household.premise.public_id}/{path}")
        for summary in page.get_by_role("main").locator("summary").all():
            summary.click()
        check_everywhere(page)
