"""``/konto/passwort/``: changing the password."""

import pytest
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import EmailChange, OneTimeSecret, SignedInDevice, User
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, Household
from tests.personas import sign_in
from tests.security_mails import recipients, text_of_mail

URL = "/konto/passwort/"
NEW = "Regal Mond Kutsche Quark"
FORM = {"current_password": PASSWORD, "password": NEW, "password_repeat": NEW}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def owner(client: Client, household: Household) -> Client:
    household.customer.contact_email = "michael@beispiel.de"
    household.customer.save()
    sign_in(client, household.user)
    return client


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def password_of(household: Household) -> str:
    return User.objects.get(pk=household.user.pk).password


def test_the_page_lists_the_requirements(owner: Client) -> None:
    page = text_of(owner.get(URL))
    assert "<h1>Passwort ändern</h1>" in page
    assert "Beachten Sie die Anforderungen, die das Passwort erfüllen muss:" in page
    assert '<span class="tipp__punkt">Es hat mindestens 12 Zeichen.</span>' in page
    assert page.count('autocomplete="new-password"') == 2
    assert page.count('autocomplete="current-password"') == 1


def test_the_new_password_signs_in_and_the_old_one_no_more(owner: Client, household: Household) -> None:
    response = owner.post(URL, FORM, follow=True)
    assert response.redirect_chain == [("/konto/", 303)]
    assert "Ihr Passwort ist geändert. Auf anderen Geräten haben wir Sie abgemeldet." in text_of(response)
    user = User.objects.get()
    assert user.check_password(NEW)
    assert user.password_changed_at == NOW
    assert owner.get(URL).status_code == 200


def test_only_this_browser_stays_signed_in_under_a_new_key(owner: Client, household: Household) -> None:
    elsewhere = Client()
    sign_in(elsewhere, household.user)
    before = owner.session.session_key
    owner.post(URL, FORM)
    assert elsewhere.get("/konto/").status_code == 303
    assert owner.session.session_key != before
    assert SignedInDevice.objects.get().session_id == owner.session.session_key


def test_everybody_who_must_know_is_told(owner: Client, household: Household) -> None:
    owner.post(URL, FORM, HTTP_USER_AGENT=FIREFOX)
    assert recipients("password_changed") == ["m.bauer@beispiel.de", "michael@beispiel.de"]
    text = text_of_mail(OutgoingMail.objects.first())
    assert "Zeit: 22.11.2026, 12:00 Uhr\nGerät: Firefox, Windows\n" in text
    assert "/das-war-ich-nicht/" in text
    entry = AuditEntry.objects.get(action="password.changed")
    assert entry.actor == f"user:{household.user.pk}"


def test_open_links_and_a_change_of_address_that_waits_end(owner: Client, household: Household) -> None:
    issue_token(
        OneTimeSecret.Purpose.PASSWORD_RESET,
        subject="x",
        lifetime=NOW - NOW.replace(year=2025),
        now=NOW,
        user=household.user,
    )
    EmailChange.objects.create(user=household.user, old_email="a", new_email="b", requested_at=NOW)
    owner.post(URL, FORM)
    assert OneTimeSecret.objects.get().used_at == NOW
    assert EmailChange.objects.get().ended_at == NOW


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"current_password": "falsch"}, "Das aktuelle Passwort stimmt nicht."),
        ({"current_password": ""}, "Bitte geben Sie Ihr aktuelles Passwort ein."),
        (
            {"password": "kurz", "password_repeat": "kurz"},
            "Das neue Passwort hat 4 Zeichen. Es braucht mindestens 12.",
        ),
        ({"password_repeat": NEW + "x"}, "Die beiden neuen Passwörter unterscheiden sich."),
        (
            {"password": "Michael-Bauer-14026", "password_repeat": "Michael-Bauer-14026"},
            "Das neue Passwort besteht aus Ihrem Namen, Ihrer Anschrift, Ihrer Kundennummer oder Ihrer E-Mail.",
        ),
        (
            {"password": PASSWORD, "password_repeat": PASSWORD},
            "Das neue Passwort ist das aktuelle. Bitte wählen Sie ein anderes.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    owner: Client, household: Household, changes: dict[str, str], words: str
) -> None:
    before = password_of(household)
    response = owner.post(URL, FORM | changes)
    assert response.status_code == 422
    assert words in text_of(response)
    assert NEW not in text_of(response)
    assert password_of(household) == before
    assert not OutgoingMail.objects.exists()


OWN_DATA = "Das neue Passwort besteht aus Ihrem Namen, Ihrer Anschrift,"
GUESSABLE = "Dieses Passwort ist leicht zu erraten."


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Lindenstraße 12", OWN_DATA),
        ("lindenstrasse-2026!", OWN_DATA),
        ("Musterbach-91560", OWN_DATA),
        ("Stadtwerke-Musterbach", GUESSABLE),
    ],
)
def test_what_people_know_of_the_customer_is_no_password(
    owner: Client, household: Household, password: str, words: str
) -> None:
    before = password_of(household)
    response = owner.post(URL, FORM | {"password": password, "password_repeat": password})
    assert response.status_code == 422
    assert words in text_of(response)
    assert password_of(household) == before


def test_ten_wrong_passwords_close_the_page_for_a_while(owner: Client, household: Household) -> None:
    before = password_of(household)
    elsewhere = Client()
    sign_in(elsewhere, household.user)
    for _ in range(10):
        elsewhere.post(URL, FORM | {"current_password": "falsch"})
    response = owner.post(URL, FORM)
    assert response.status_code == 429
    assert "Das Passwort war zu oft falsch. Bitte warten Sie 15 Minuten" in text_of(response)
    assert password_of(household) == before
