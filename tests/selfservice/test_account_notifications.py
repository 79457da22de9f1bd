"""``/konto/benachrichtigungen/``: which mails one gets."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import User
from kundenportal.privacy.models import MailOptOut
from tests.make import Household, make_customer, make_premise, make_user
from tests.personas import sign_in
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
    assert (entry.action, entry.details) == ("mail.language_chosen", {"language": "en"})


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
    assert queries() == before <= 8
