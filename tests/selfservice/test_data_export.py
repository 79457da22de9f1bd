"""``/konto/datenschutz/datenauskunft/``: asking for a copy of one's data, and downloading it."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.privacy.models import DataExport
from kundenportal.privacy.services import make_data_exports
from tests.make import NOW, PASSWORD, Household, make_customer, make_data_export, make_user
from tests.personas import sign_in
from tests.snapshot import snapshot

PRIVACY = "/konto/datenschutz/"
URL = "/konto/datenschutz/datenauskunft/"
DAY = dt.timedelta(days=1)
CONTENT = b"PK everything about Michael Bauer"


@pytest.fixture
def owner(client: Client, household: Household) -> User:
    sign_in(client, household.user)
    return household.user


@pytest.fixture
def export(household: Household) -> DataExport:
    return make_data_export(household.user, CONTENT, customer_ids=[household.customer.pk])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def at(moment: dt.datetime, client: Client, user: User):
    """Travel to a moment and sign in there, so that the proof is fresh."""
    travel = time_machine.travel(moment, tick=False)
    travel.start()
    sign_in(client, user)
    return travel


def test_the_page_offers_the_data(client: Client, owner: User) -> None:
    page = text_of(client.get(PRIVACY))
    assert "Auskunft über Ihre Daten" in page
    assert "Meine Daten anfordern" in page
    assert "Zu meinen Daten" not in page


def test_from_the_request_to_the_download(client: Client, owner: User) -> None:
    response = client.post(URL, follow=True, HTTP_USER_AGENT="Firefox Windows")
    assert response.redirect_chain == [(PRIVACY, 303)]
    assert "Wir stellen Ihre Daten zusammen…" in text_of(response)
    assert "Meine Daten anfordern" not in text_of(response)
    assert DataExport.objects.get().device == "Firefox, Windows"
    make_data_exports(NOW)
    page = text_of(client.get(PRIVACY))
    assert "Sie können sie bis zum 29. November 2026, 12:00 Uhr herunterladen." in page
    path = f"{URL}{DataExport.objects.get().public_id}/"
    assert f'href="{path}"' in page
    assert "uebersicht.pdf" in text_of(client.get(path))
    assert client.post(path).content.startswith(b"PK")


def test_the_file_is_handed_out_as_a_download_that_nobody_keeps(
    client: Client, owner: User, export: DataExport
) -> None:
    response = client.post(f"{URL}{export.public_id}/")
    assert response.content == CONTENT
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="meine-daten-2026-11-22.zip"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store, private"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("data_export.handed_out", f"user:{owner.pk}")
    assert entry.subject == f"data-export:{export.public_id}"


def test_opening_the_mailed_link_downloads_nothing(client: Client, owner: User, export: DataExport) -> None:
    before = snapshot()
    response = client.get(f"{URL}{export.public_id}/")
    assert response["Content-Type"].startswith("text/html")
    assert snapshot() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_session_gets_nothing_without_the_password(
    client: Client, owner: User, export: DataExport, method: str
) -> None:
    with time_machine.travel(NOW + dt.timedelta(minutes=6), tick=False):
        response = getattr(client, method)(f"{URL}{export.public_id}/")
        assert response["Location"].startswith("/konto/bestaetigen/")
        assert not AuditEntry.objects.exists()
        client.post(response["Location"], {"current_password": PASSWORD})
        assert client.post(f"{URL}{export.public_id}/").content == CONTENT


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_finds_the_file(
    client: Client, household: Household, export: DataExport, method: str
) -> None:
    sign_in(client, make_user(make_customer(), email="andere@beispiel.de"))
    before = snapshot()
    assert getattr(client, method)(f"{URL}{export.public_id}/").status_code == 404
    assert getattr(client, method)(f"{URL}GIBTES1/").status_code == 404
    assert snapshot() == before


def over(export: DataExport) -> dt.datetime:
    return NOW + 7 * DAY


def about_a_lost_customer(export: DataExport) -> dt.datetime:
    other = make_customer()
    DataExport.objects.update(customer_ids=[*export.customer_ids, other.pk])
    return NOW


@pytest.mark.parametrize("lose", [over, about_a_lost_customer])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_file_that_is_gone_says_so(
    client: Client, household: Household, export: DataExport, lose, method: str
) -> None:
    travel = at(lose(export), client, household.user)
    before = snapshot()
    response = getattr(client, method)(f"{URL}{export.public_id}/")
    assert response.status_code == 410
    assert "Diese Datei gibt es nicht mehr" in text_of(response)
    assert snapshot() == before
    assert "Zu meinen Daten" not in text_of(client.get(PRIVACY))
    travel.stop()


def test_while_it_is_being_made_its_page_leads_back(client: Client, owner: User) -> None:
    client.post(URL)
    response = client.get(f"{URL}{DataExport.objects.get().public_id}/")
    assert (response.status_code, response["Location"]) == (303, PRIVACY)


def test_a_second_request_is_answered_kindly_and_makes_nothing(client: Client, owner: User) -> None:
    client.post(URL)
    before = snapshot()
    assert "Wir stellen Ihre Daten schon zusammen." in text_of(client.post(URL, follow=True))
    assert snapshot() == before


def test_one_a_day_is_said_before_and_after(client: Client, owner: User, export: DataExport) -> None:
    assert "Noch einmal anfordern" not in text_of(client.get(PRIVACY))
    before = snapshot()
    page = text_of(client.post(URL, follow=True))
    assert "Sie haben Ihre Daten heute schon angefordert. Morgen geht es wieder." in page
    assert snapshot() == before


def test_a_day_later_it_can_be_asked_for_again(
    client: Client, household: Household, export: DataExport
) -> None:
    travel = at(NOW + DAY, client, household.user)
    assert "Noch einmal anfordern" in text_of(client.get(PRIVACY))
    client.post(URL)
    assert DataExport.objects.count() == 2
    travel.stop()


def test_restricted_numbers_are_named(client: Client, owner: User) -> None:
    AccountLink.objects.update(held_until=NOW + DAY)
    page = text_of(client.get(PRIVACY))
    assert "Diese Kundennummer ist noch eingeschränkt und deshalb nicht dabei:" in page
    assert '<span class="num">0014026/1</span>' in page
