"""The Leitung looks who saw a customer, takes that away, checks the chain, and looks at the figures."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from kundenportal.audit.sealing import seal_entries
from kundenportal.audit.services import record
from kundenportal.identity.models import StaffMember
from kundenportal.statistics.models import DailyCount
from tests.journeys.conftest import Check, sit_down
from tests.make import make_household
from tests.staff import make_member

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def supervisor() -> StaffMember:
    return make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")


def look_through(page: Page, number: str) -> None:
    """Look who saw a customer, and take the file away."""
    page.get_by_label("Von").fill("irgendwann")
    page.get_by_role("button", name="Suchen").click()
    expect(page.get_by_role("alert")).to_contain_text("„irgendwann“ lesen wir nicht als Zeit")
    page.get_by_label("Von").fill("gestern 0:00")
    page.get_by_label("Was").select_option(label="Einsicht durch die Verwaltung")
    page.get_by_label("Kundennummer").fill(number)
    page.get_by_role("button", name="Suchen").click()
    expect(page.get_by_role("link", name="Vorgang angesehen")).to_have_count(3)
    with page.expect_download() as download:
        page.get_by_role("button", name="Betroffene Kunden (CSV)").click()
    assert number in download.value.path().read_text(encoding="utf-8")


def test_the_leitung_looks_who_saw_a_customer_and_checks_the_chain(
    page: Page,
    without_scripts: BrowserContext,
    live_server: LiveServer,
    supervisor: StaffMember,
    check_everywhere: Check,
) -> None:
    household, now = make_household(), timezone.now()
    for number in range(3):
        record(
            "submission.viewed",
            actor=supervisor.user.actor,
            customer_id=household.customer.pk,
            subject=f"V-2026-{number:06d}",
            now=now,
        )
    seal_entries(now)
    for days in range(1, 200):
        day = now.date() - dt.timedelta(days=days)
        DailyCount.objects.create(day=day, name="act.registration.completed", value=days % 9)
        DailyCount.objects.create(day=day, name="mail.sent", value=40)
    sit_down(page.context, supervisor, live_server)
    page.goto("/verwaltung/protokoll/")
    look_through(page, household.customer.customer_number)
    check_everywhere(page)
    page.keyboard.press("j")
    expect(page.locator("[data-row]").first).to_be_focused()
    page.goto("/verwaltung/protokoll/pruefen/")
    page.get_by_role("button", name="Kette prüfen").click()
    expect(page.get_by_text("alle unversehrt")).to_be_visible()
    check_everywhere(page)
    page.goto("/verwaltung/statistik/")
    page.get_by_text("Als Tabelle").first.click()
    check_everywhere(page)
    sit_down(without_scripts, supervisor, live_server)
    plain = without_scripts.new_page()
    plain.goto("/verwaltung/protokoll/")
    look_through(plain, household.customer.customer_number)
