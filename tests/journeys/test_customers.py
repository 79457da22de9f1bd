"""A clerk at the telephone: finds a customer, looks something up, locks his access and opens it again."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from kundenportal.identity.models import User
from tests.customers import make_words
from tests.journeys.conftest import HEIGHT, Check, heading_is, sit_down
from tests.make import make_household
from tests.staff import make_member

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_clerk_finds_a_customer_and_locks_his_access_by_keyboard(
    page: Page, live_server: LiveServer, check_everywhere: Check
) -> None:
    household = make_household()
    make_words(household.premise)
    sit_down(page.context, make_member(), live_server)
    page.goto("/verwaltung/kunden/")
    page.get_by_label("Kunde suchen").fill("bauer lindenstr. 12")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 Treffer")).to_be_visible()
    check_everywhere(page)
    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    heading_is(page, "Michael Bauer 0014026/1")
    check_everywhere(page)
    topics = page.get_by_role("navigation", name="Themen")
    topics.get_by_role("link", name="Verbrauchsstellen und Zähler").click()
    expect(page.get_by_text("21.987")).to_be_visible()
    check_everywhere(page)
    topics.get_by_role("link", name="Übersicht").click()
    page.get_by_role("link", name="Zugang sperren").click()
    heading_is(page, "Zugang sperren")
    check_everywhere(page)
    page.get_by_role("button", name="Zugang sperren").click()
    expect(page.get_by_text("Der Zugang ist gesperrt. Der Kunde bekommt eine E-Mail.")).to_be_visible()
    assert not User.objects.get(pk=household.user.pk).is_active
    page.get_by_role("link", name="Zugang entsperren").click()
    page.get_by_role("button", name="Zugang entsperren").click()
    expect(page.get_by_text("Der Zugang ist wieder offen.")).to_be_visible()
    topics.get_by_role("link", name="Protokoll").click()
    expect(page.get_by_text("Zugang entsperrt")).to_be_visible()
