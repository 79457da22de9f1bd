"""Choosing mails, agreeing, and taking one's data along, in a browser."""

import datetime as dt
import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from kundenportal.identity.sessions import PROVED_AT
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.categories import Category
from kundenportal.mailing.models import OutgoingMail
from kundenportal.privacy.models import Consent, MailOptOut
from kundenportal.privacy.services import make_data_exports
from kundenportal.privacy.unsubscribe_links import unsubscribe_token
from tests.journeys.conftest import BecomeUser, Check
from tests.make import PASSWORD, Household, make_consent, make_data_export, make_household
from tests.security_mails import link_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NOTIFICATIONS, PRIVACY = "/konto/benachrichtigungen/", "/konto/datenschutz/"


@pytest.fixture
def household(page: Page, become: BecomeUser) -> Household:
    household = make_household()
    become(page.context, household.user)
    return household


def notifications(household: Household) -> str:
    make_consent(household.user, kind="news", given_at=None)
    return NOTIFICATIONS


def online_invoices(household: Household) -> str:
    return f"{NOTIFICATIONS}rechnung-online/{AccountLink.objects.get().public_id}/"


def privacy(household: Household) -> str:
    make_consent(household.user, customer=household.customer)
    make_consent(household.user, kind="news", revoked_at=timezone.now())
    return PRIVACY


def data_export(household: Household) -> str:
    week = timezone.now() + dt.timedelta(days=7)
    export = make_data_export(household.user, customer_ids=[household.customer.pk], expires_at=week)
    return f"{PRIVACY}datenauskunft/{export.public_id}/"


def unsubscribe(household: Household) -> str:
    return f"/abmelden-von/{unsubscribe_token(household.user, Category.SUBMISSIONS)}/"


@pytest.mark.parametrize("path_of", [notifications, online_invoices, privacy, data_export, unsubscribe])
def test_a_page_is_accessible_everywhere(
    page: Page, household: Household, check_everywhere: Check, path_of
) -> None:
    page.goto(path_of(household))
    check_everywhere(page)


def test_everything_about_oneself_is_taken_along(
    page: Page, household: Household, check_everywhere: Check, tmp_path: Path
) -> None:
    page.goto("/konto/")
    page.get_by_role("link", name="Datenschutz Ihre Daten ansehen").click()
    page.get_by_role("button", name="Meine Daten anfordern").click()
    expect(page.get_by_role("status")).to_contain_text("Wir stellen Ihre Daten zusammen…")
    check_everywhere(page)
    make_data_exports(timezone.now())
    page.get_by_role("link", name="Nachsehen, ob sie fertig sind").click()
    page.get_by_role("link", name="Zu meinen Daten").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Herunterladen").click()
    assert download.value.suggested_filename.startswith("meine-daten-")
    download.value.save_as(tmp_path / "daten.zip")
    with ZipFile(io.BytesIO((tmp_path / "daten.zip").read_bytes())) as archive:
        assert archive.read("uebersicht.pdf").startswith(b"%PDF")


def forget_proof(context: BrowserContext) -> None:
    """Let it be long ago that the session's login showed its password."""
    name = settings.SESSION_COOKIE_NAME
    client = Client()
    client.cookies[name] = next(each["value"] for each in context.cookies() if each["name"] == name)
    session = client.session
    session[PROVED_AT] = 0
    session.save()


def test_an_old_proof_is_given_again_on_the_way_to_the_download_without_scripts(
    household: Household, without_scripts: BrowserContext, become: BecomeUser
) -> None:
    become(without_scripts, household.user)
    forget_proof(without_scripts)
    page = without_scripts.new_page()
    page.goto(data_export(household))
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte bestätigen Sie, dass Sie es sind")
    page.locator("#id_current_password").fill(PASSWORD)
    page.get_by_role("button", name="Bestätigen", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Herunterladen").click()
    assert download.value.suggested_filename.endswith(".zip")


def test_mails_are_chosen_agreed_to_and_refused_without_scripts(
    household: Household, without_scripts: BrowserContext, become: BecomeUser
) -> None:
    become(without_scripts, household.user)
    page = without_scripts.new_page()
    page.goto(NOTIFICATIONS)
    page.get_by_role("checkbox", name="Neue Dokumente").uncheck()
    page.get_by_role("checkbox", name="Neuigkeiten").check()
    page.get_by_role("button", name="Auswahl speichern").click()
    expect(page.get_by_text("Ihre Auswahl ist gespeichert.")).to_be_visible()
    page.goto(link_in(OutgoingMail.objects.get(), "/einwilligung-bestaetigen/", now=timezone.now()))
    page.get_by_role("button", name="Ja, Neuigkeiten bestellen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Neuigkeiten bestellt")
    page.goto(unsubscribe(household))
    page.get_by_role("button", name="Ja, abbestellen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Abbestellt")
    assert sorted(each.category for each in MailOptOut.objects.all()) == ["documents", "submissions"]
    page.goto(PRIVACY)
    page.get_by_role("button", name=re.compile("Widerrufen ?: Neuigkeiten per E-Mail")).click()
    expect(page.get_by_text("Widerrufen: Neuigkeiten per E-Mail.")).to_be_visible()
    assert Consent.objects.get().revoked_at is not None


def test_invoices_come_online_only_and_by_post_again(page: Page, household: Household) -> None:
    page.goto(NOTIFICATIONS)
    page.get_by_role("link", name=re.compile("Nur noch online ?: 0014026.1")).click()
    page.get_by_role("button", name="Rechnung nur noch online").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("checkbox", name="Ja, ich möchte meine Rechnungen nur noch online.").check()
    page.get_by_role("button", name="Rechnung nur noch online").click()
    expect(page.get_by_text("Ihre Rechnungen kommen jetzt nur noch online.")).to_be_visible()
    page.get_by_role("button", name=re.compile("Wieder per Post ?: 0014026.1")).click()
    expect(page.get_by_text("Per Post und im Kundenportal")).to_be_visible()
