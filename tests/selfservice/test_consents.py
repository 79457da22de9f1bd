"""Agreeing to invoices online only, taking consents back, and confirming news by the mailbox."""

import pytest
from django.test import Client

from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.privacy.models import Consent
from tests.make import NOW, Household, make_consent, make_customer, make_user
from tests.one_time_links import consent_link
from tests.personas import sign_in
from tests.snapshot import snapshot

NOTIFICATIONS, PRIVACY = "/konto/benachrichtigungen/", "/konto/datenschutz/"


@pytest.fixture
def owner(client: Client, household: Household) -> User:
    sign_in(client, household.user)
    return household.user


@pytest.fixture
def url(household: Household) -> str:
    return f"{NOTIFICATIONS}rechnung-online/{AccountLink.objects.get().public_id}/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def revoke_url(consent: Consent) -> str:
    return f"{PRIVACY}einwilligungen/{consent.public_id}/widerrufen/"


def test_the_page_says_what_changes_and_in_which_words_one_agrees(
    client: Client, owner: User, url: str
) -> None:
    page = text_of(client.get(url))
    assert "Per Post kommt keine Rechnung mehr." in page
    assert "Ich bekomme meine Rechnungen von Stadtwerke Musterbach nur noch online" in page
    assert "Für 0014026/1, Michael Bauer" in page


def test_a_tick_agrees(client: Client, owner: User, url: str, household: Household) -> None:
    response = client.post(url, {"agrees": "on"}, follow=True)
    assert response.redirect_chain == [(NOTIFICATIONS, 303)]
    assert "Ihre Rechnungen kommen jetzt nur noch online." in text_of(response)
    assert Consent.objects.get().customer == household.customer
    assert client.get(url)["Location"] == NOTIFICATIONS


def test_without_the_tick_nothing_changes(client: Client, owner: User, url: str) -> None:
    before = snapshot()
    response = client.post(url)
    assert response.status_code == 422
    assert "Bitte setzen Sie das Häkchen, wenn Sie zustimmen." in text_of(response)
    assert snapshot() == before


def test_a_restricted_access_cannot_stop_the_paper(client: Client, owner: User, url: str) -> None:
    AccountLink.objects.update(awaits_letter=True)
    before = snapshot()
    for method in ("get", "post"):
        assert getattr(client, method)(url, {"agrees": "on"})["Location"] == NOTIFICATIONS
    assert snapshot() == before


def test_the_fourth_time_in_a_day_is_refused(client: Client, owner: User, url: str) -> None:
    for _ in range(3):
        client.post(url, {"agrees": "on"})
        client.post(revoke_url(Consent.objects.get(revoked_at=None)), follow=True)
    before = snapshot()
    response = client.post(url, {"agrees": "on"})
    assert response.status_code == 429
    assert "Das haben Sie heute schon mehrmals geändert. Morgen geht es wieder." in text_of(response)
    assert snapshot() == before


@pytest.mark.parametrize(("fields", "page"), [({}, PRIVACY), ({"benachrichtigungen": ""}, NOTIFICATIONS)])
def test_one_click_takes_a_consent_back(
    client: Client, owner: User, household: Household, fields: dict[str, str], page: str
) -> None:
    consent = make_consent(owner, customer=household.customer)
    response = client.post(revoke_url(consent), fields, follow=True)
    assert response.redirect_chain == [(page, 303)]
    assert "Widerrufen: Rechnung nur noch online." in text_of(response)
    consent.refresh_from_db()
    assert consent.revoked_at == NOW


@pytest.mark.parametrize("whose", ["another login's", "a foreign customer's", "nobody's"])
def test_consents_of_others_are_not_found(client: Client, owner: User, whose: str) -> None:
    other = make_user(make_customer(), email="andere@beispiel.de")
    consent = make_consent(other, kind="news")
    if whose == "a foreign customer's":
        consent = make_consent(other, customer=make_customer())
    elif whose == "nobody's":
        consent.public_id = "GIBTES1"
    before = snapshot()
    assert client.post(revoke_url(consent)).status_code == 404
    assert snapshot() == before


def test_taking_back_takes_a_post(client: Client, owner: User) -> None:
    assert client.get(revoke_url(make_consent(owner, kind="news"))).status_code == 405


def test_the_mailbox_confirms_news_without_a_sign_in(household: Household) -> None:
    link, client = consent_link(household.user), Client()
    before = snapshot()
    page = text_of(client.get(link.path))
    assert "Ich möchte Neuigkeiten, Tipps und Angebote von Stadtwerke Musterbach" in page
    assert "beispiel.de" not in page
    assert snapshot() == before
    response = client.post(link.path, follow=True)
    assert response.redirect_chain == [("/einwilligung-bestaetigt/", 303)]
    assert "Ab jetzt bekommen Sie unsere Neuigkeiten per E-Mail." in text_of(response)
    assert Consent.objects.get().given_at == NOW


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_used_link_says_so_and_changes_nothing(household: Household, method: str) -> None:
    link, client = consent_link(household.user), Client()
    client.post(link.path)
    before = snapshot()
    response = getattr(client, method)(link.path)
    assert response.status_code == 410
    assert "Dieser Link ist abgelaufen." in text_of(response)
    assert snapshot() == before
