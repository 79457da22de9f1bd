"""A reading campaign in a browser: planned and started by the Leitung, answered by a customer from a mail."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from kundenportal.campaigns.links import make_invitation_links
from kundenportal.campaigns.models import Campaign, Invitation
from kundenportal.campaigns.services import make_cards, send_invitations, write_invitations
from kundenportal.campaigns.services.progress import look_at_invitations
from tests.campaigns import CAMPAIGNS, mails_left, supervisor
from tests.journeys.conftest import HEIGHT, Check, heading_is, sit_down
from tests.make import make_household_of, make_register

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def plan_and_start(page: Page, check: Check) -> Campaign:
    """Plan a campaign for electricity as the Leitung, with a slip on the way, and start it."""
    page.goto(CAMPAIGNS)
    check(page)
    page.get_by_role("link", name="Kampagne planen").click()
    page.get_by_label("Name der Kampagne").fill("Jahresablesung 2026")
    page.get_by_label("Gas").uncheck()
    page.get_by_label("Nur in diesen Orten").fill("Musterbahc")
    page.get_by_role("button", name="Entwurf speichern").click()
    expect(page.get_by_role("alert")).to_contain_text("Zu „Musterbahc“ gibt es keine Verbrauchsstelle.")
    check(page)
    page.get_by_label("Nur in diesen Orten").fill("musterbach")
    page.get_by_role("button", name="Entwurf speichern").click()
    expect(page.get_by_role("heading", name="Wer gefragt wird")).to_be_visible()
    expect(page.get_by_text("2 Zähler")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Starten …").click()
    expect(page.get_by_text("1 E-Mail geht hinaus.")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Jetzt starten").click()
    expect(page.get_by_text("Die Kampagne läuft.")).to_be_visible()
    return Campaign.objects.get()


def pause_and_go_on(page: Page, campaign: Campaign) -> None:
    """Pause a campaign and let it go on."""
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    page.goto(f"{CAMPAIGNS}{campaign.pk}/")
    page.get_by_role("button", name="Anhalten").click()
    expect(page.get_by_text("Die Kampagne ist angehalten.")).to_be_visible()
    page.get_by_role("button", name="Fortsetzen").click()
    expect(page.get_by_text("Die Kampagne läuft wieder.")).to_be_visible()


def run_jobs() -> None:
    """Do what the job runner does."""
    now = timezone.now()
    while write_invitations(now):
        pass
    send_invitations(now)
    mails_left()
    while make_cards(now):
        pass
    for campaign in Campaign.objects.all():
        look_at_invitations(
            campaign, list(Invitation.objects.values_list("pk", flat=True)), now=timezone.now()
        )


def test_a_campaign_is_planned_started_answered_and_ended(
    page: Page, without_scripts: BrowserContext, live_server: LiveServer, check_everywhere: Check
) -> None:
    household = make_household_of(timezone.localdate())
    make_register()
    sit_down(page.context, supervisor(), live_server)
    campaign = plan_and_start(page, check_everywhere)
    run_jobs()
    sit_down(without_scripts, supervisor(), live_server)
    pause_and_go_on(without_scripts.new_page(), campaign)

    (address,) = make_invitation_links(
        [Invitation.objects.get(premise=household.premise)], now=timezone.now()
    )
    page.goto(re.sub(r"^https?://[^/]+", "", address))
    page.get_by_label("Zählerstand").first.fill("024318")
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    page.get_by_role("button", name="Daten senden").click()
    heading_is(page, "Danke, Ihre Zählerstände sind angekommen.")

    page.goto(f"{CAMPAIGNS}{campaign.pk}/")
    page.get_by_role("button", name="Ablesekarten erzeugen").click()
    expect(page.get_by_text("1 Karte wird erzeugt.")).to_be_visible()
    run_jobs()
    page.reload()
    expect(page.get_by_text("1 von 2 Zählern")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Datei 1"))).to_be_visible()
    check_everywhere(page)
    page.get_by_role("link", name="Beenden …").click()
    heading_is(page, "Kampagne beenden")
    check_everywhere(page)
    page.get_by_role("button", name="Jetzt beenden").click()
    expect(page.get_by_text("Die Kampagne ist beendet.")).to_be_visible()
