"""``/konto/benachrichtigungen/``: which mails one gets."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.core.modules import Modules
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from kundenportal.privacy.models import Consent, MailOptOut
from tests.make import NOW, Household, make_consent, make_customer, make_premise, make_user
from tests.personas import sign_in
from tests.security_mails import link_in
from tests.snapshot import snapshot

URL = "/konto/benachrichtigungen/"
ALL = {"reading_reminders": "on", "documents": "on", "submissions": "on", "language": "de"}


@pytest.fixture
def owner(client: Client, household: Household) -> User:
    sign_in(client, household.user)
    return household.user


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def ticked(client: Client) -> set[str]:
    form = client.get(URL).context["form"]
    return {tick.name for tick in form.ticks if tick.value()}


def refused(user: User) -> list[str]:
    return sorted(MailOptOut.objects.filter(user=user).values_list("category", flat=True))


def test_the_page_says_what_is_chosen_and_what_is_always_sent(client: Client, owner: User) -> None:
    page = text_of(client.get(URL))
    for words in ("Ableseerinnerung", "Neue Dokumente", "Status von Vorgängen", "Sprache der E-Mails"):
        assert words in page
    assert "Diese E-Mails senden wir immer." in page
    assert "m•••••r@beispiel.de" in page
    assert ticked(client) == {"reading_reminders", "documents", "submissions"}


def test_what_is_not_ticked_is_refused_and_can_be_ordered_again(client: Client, owner: User) -> None:
    response = client.post(URL, ALL | {"submissions": ""}, follow=True)
    assert response.redirect_chain == [(URL, 303)]
    assert "Ihre Auswahl ist gespeichert." in text_of(response)
    assert refused(owner) == ["submissions"]
    assert ticked(client) == {"reading_reminders", "documents"}
    client.post(URL, ALL)
    assert refused(owner) == []
    assert list(AuditEntry.objects.values_list("action", "actor", "details")) == [
        ("mail.refused", f"user:{owner.pk}", {"category": "submissions"}),
        ("mail.ordered", f"user:{owner.pk}", {"category": "submissions"}),
    ]


@pytest.mark.parametrize("is_wanted", [True, False])
def test_what_was_chosen_of_documents_outlasts_that_there_are_none(
    client: Client, owner: User, settings: Settings, is_wanted: bool
) -> None:
    client.post(URL, ALL | {"documents": "on" if is_wanted else ""})
    settings.UTILITY = replace(settings.UTILITY, modules=Modules(documents=False))
    page = client.get(URL)
    assert "Neue Dokumente" not in text_of(page)
    assert "Rechnung nur noch online" not in text_of(page)
    hidden = {each.html_name: each.value() or "" for each in page.context["form"].hidden_fields()}
    client.post(URL, {"submissions": "on", "language": "de", **hidden})
    assert refused(owner) == (["reading_reminders"] if is_wanted else ["documents", "reading_reminders"])


def test_saving_what_is_chosen_already_leaves_no_trace(client: Client, owner: User) -> None:
    client.post(URL, {"language": "de"})
    before = AuditEntry.objects.count()
    client.post(URL, {"language": "de"})
    assert len(refused(owner)) == 3
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("language", "message"),
    [("", "Bitte wählen Sie eine Sprache."), ("xx", "Bitte wählen Sie eine Sprache aus der Liste.")],
)
def test_without_a_language_nothing_is_stored_and_the_ticks_stay(
    client: Client, owner: User, language: str, message: str
) -> None:
    before = snapshot()
    response = client.post(URL, {"documents": "on", "language": language})
    assert response.status_code == 422
    assert message in text_of(response)
    assert {tick.name for tick in response.context["form"].ticks if tick.value()} == {"documents"}
    assert snapshot() == before


def test_the_language_is_that_of_all_mails(client: Client, owner: User, settings) -> None:
    settings.LANGUAGES = [("de", "Deutsch"), ("en", "English")]
    client.post(URL, ALL | {"language": "en"})
    owner.refresh_from_db()
    assert owner.language == "en"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("language.chosen", {"language": "en"})


def test_news_are_asked_for_and_come_after_the_mailbox_confirmed(client: Client, owner: User) -> None:
    assert "news" not in ticked(client)
    response = client.post(URL, ALL | {"news": "on"}, follow=True)
    assert "Bitte bestätigen Sie die Neuigkeiten noch mit dem Link in unserer E-Mail." in text_of(response)
    assert "Am 22. November um 12:00 Uhr haben Sie unsere Neuigkeiten bestellt." in text_of(response)
    assert "news" in ticked(client)
    link = link_in(OutgoingMail.objects.get(), "/einwilligung-bestaetigen/")
    Client().post(link)
    assert Consent.objects.get().given_at == NOW
    assert "haben Sie unsere Neuigkeiten bestellt" not in text_of(client.get(URL))
    client.post(URL, ALL)
    assert Consent.objects.get().revoked_at == NOW
    assert "news" not in ticked(client)


def test_a_mailbox_is_not_flooded_with_questions(client: Client, owner: User) -> None:
    for _ in range(3):
        client.post(URL, ALL | {"news": "on"})
        client.post(URL, ALL, follow=True)
    before = snapshot()
    response = client.post(URL, {"news": "on", "language": "de"})
    assert response.status_code == 429
    assert "Sie haben die Neuigkeiten heute schon mehrmals bestellt." in text_of(response)
    assert snapshot() == before
    assert OutgoingMail.objects.count() == 3


def test_each_customer_s_way_of_invoices_is_shown(client: Client, owner: User, household: Household) -> None:
    other, ended = make_customer(last_name="Weber"), make_customer(last_name="Weg", ended_at=NOW)
    for customer in (other, ended):
        AccountLink.objects.create(
            user=owner, customer=customer, proof="meter", created_at=NOW, awaits_letter=customer == other
        )
    page = text_of(client.get(URL))
    assert "Per Post und im Kundenportal" in page
    assert "Per Post. Das lässt sich ändern, wenn der Zugang nicht mehr eingeschränkt ist." in page
    assert "Weg" not in page
    make_consent(owner, customer=household.customer)
    assert "Nur noch online, seit 22. November 2026" in text_of(client.get(URL))


def test_another_login_keeps_its_own_choice(client: Client, owner: User) -> None:
    other = make_user(make_customer(), email="andere@beispiel.de")
    client.post(URL, {"language": "de"})
    assert refused(other) == []


def test_the_number_of_queries_does_not_grow(client: Client, owner: User, household: Household) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(URL)
        return len(captured)

    client.get(URL)
    before = queries()
    for _ in range(19):
        make_premise(household.customer)
        customer = make_customer()
        AccountLink.objects.create(user=owner, customer=customer, proof="meter", created_at=NOW)
        make_consent(owner, customer=customer)
    assert queries() == before <= 8
