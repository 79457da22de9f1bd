"""``/konto/email/`` and the link that confirms a new address, ``/email-bestaetigen/<token>/``."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import EmailChange, User
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, Household, make_customer, make_user
from tests.personas import sign_in
from tests.security_mails import link_in, recipients, text_of_mail

URL = "/konto/email/"
OLD, NEW = "m.bauer@beispiel.de", "michael@neu.example"
FORM = {"email": NEW, "email_repeat": NEW, "current_password": PASSWORD}


@pytest.fixture
def owner(client: Client, household: Household) -> Client:
    sign_in(client, household.user)
    return client


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def email_of(household: Household) -> str:
    return User.objects.get(pk=household.user.pk).email


def link() -> str:
    mail = OutgoingMail.objects.filter(kind="email_change_confirm").latest("id")
    return link_in(mail, "/email-bestaetigen/")


def test_the_current_address_is_masked(owner: Client) -> None:
    page = text_of(owner.get(URL))
    assert "Aktuelle E-Mail-Adresse: <b>m•••••r@beispiel.de</b>" in page
    assert OLD not in page


def test_the_old_address_stays_until_the_new_mailbox_confirms(owner: Client, household: Household) -> None:
    response = owner.post(URL, FORM, follow=True)
    assert response.redirect_chain == [(URL, 303)]
    page = text_of(response)
    assert "Wir haben einen Link an die neue Adresse gesendet. Bis Sie ihn öffnen, gilt die alte." in page
    assert "m•••••l@neu.example" in page
    assert email_of(household) == OLD
    assert recipients("email_change_confirm") == [NEW]


def test_the_old_address_and_the_contacts_are_told_at_once(owner: Client, household: Household) -> None:
    household.customer.contact_email = "familie@beispiel.de"
    household.customer.save()
    owner.post(URL, FORM)
    assert recipients("email_change_requested") == ["familie@beispiel.de", OLD]
    text = text_of_mail(OutgoingMail.objects.filter(kind="email_change_requested").first())
    assert "m•••••l@neu.example" in text
    assert NEW not in text
    assert "/das-war-ich-nicht/" in text
    assert AuditEntry.objects.get(action="email.change_requested").actor == f"user:{household.user.pk}"


def test_the_link_makes_the_new_address_the_login_s(owner: Client, household: Household) -> None:
    elsewhere = Client()
    sign_in(elsewhere, household.user)
    owner.post(URL, FORM)
    response = owner.post(link(), follow=True)
    assert response.redirect_chain == [(URL, 303)]
    assert "Ihre neue E-Mail-Adresse gilt jetzt." in text_of(response)
    assert email_of(household) == NEW
    assert elsewhere.get(URL).status_code == 303
    assert recipients("email_changed") == [OLD, NEW]
    assert AuditEntry.objects.filter(action="email.changed").count() == 1


def test_the_link_works_in_a_browser_that_is_not_signed_in(owner: Client, household: Household) -> None:
    owner.post(URL, FORM)
    response = Client().post(link(), follow=True)
    assert response.redirect_chain == [("/anmelden/", 303)]
    assert email_of(household) == NEW
    assert owner.get(URL).status_code == 303


def test_opening_the_link_changes_nothing_and_names_no_address(owner: Client, household: Household) -> None:
    owner.post(URL, FORM)
    address = link()
    for _ in range(2):
        page = Client().get(address)
    assert page.status_code == 200
    assert "@" not in text_of(page).partition("<main")[2].partition("</main>")[0]
    assert email_of(household) == OLD


def test_a_change_can_be_stopped_while_it_waits(owner: Client, household: Household) -> None:
    owner.post(URL, FORM)
    address = link()
    response = owner.post(f"{URL}abbrechen/", follow=True)
    assert "Ihre E-Mail-Adresse bleibt, wie sie ist." in text_of(response)
    assert "Wir haben einen Link" not in text_of(response)
    assert Client().post(address).status_code == 410
    assert email_of(household) == OLD
    assert AuditEntry.objects.filter(action="email.change_stopped").count() == 1


def test_stopping_without_a_change_that_waits_changes_nothing(owner: Client) -> None:
    assert owner.post(f"{URL}abbrechen/").status_code == 303
    assert not AuditEntry.objects.exists()


def test_the_old_address_can_stop_the_change(owner: Client, household: Household) -> None:
    owner.post(URL, FORM)
    address = link()
    mail = OutgoingMail.objects.get(kind="email_change_requested")
    Client().post(link_in(mail, "/das-war-ich-nicht/"))
    assert Client().post(address).status_code == 410
    assert email_of(household) == OLD
    assert owner.get(URL).status_code == 303


def test_the_old_address_can_take_the_change_back_for_ten_days(owner: Client, household: Household) -> None:
    owner.post(URL, FORM)
    mail = OutgoingMail.objects.get(kind="email_change_requested")
    stop = link_in(mail, "/das-war-ich-nicht/")
    owner.post(link())
    with time_machine.travel(NOW + dt.timedelta(days=9), tick=False):
        assert Client().post(stop)["Location"] == "/zugang-gesichert/"
    assert email_of(household) == OLD
    assert recipients("password_reset") == [OLD]
    assert recipients("login_secured") == [OLD, NEW]


def test_a_second_wish_ends_the_first(owner: Client, household: Household) -> None:
    owner.post(URL, FORM)
    first = link()
    owner.post(URL, FORM | dict.fromkeys(("email", "email_repeat"), "zweite@neu.example"))
    assert Client().post(first).status_code == 410
    Client().post(link())
    assert email_of(household) == "zweite@neu.example"


def test_an_address_of_another_login_is_answered_alike(owner: Client, household: Household) -> None:
    other = make_user(make_customer(), email="andere@beispiel.de")
    taken = FORM | dict.fromkeys(("email", "email_repeat"), other.email)
    answers = [owner.post(URL, form) for form in (FORM, taken)]
    assert [(each.status_code, each["Location"]) for each in answers] == [(303, URL)] * 2
    assert recipients("email_change_confirm") == [other.email, NEW]
    assert User.objects.get(pk=other.pk).email == other.email


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": ""}, "Bitte geben Sie Ihre neue E-Mail-Adresse ein."),
        ({"email": "michael"}, "In der E-Mail-Adresse fehlt das @-Zeichen"),
        ({"email": "mi\u212ae@neu.example"}, "können wir nicht schreiben."),
        ({"email": OLD, "email_repeat": OLD}, "Das ist schon Ihre E-Mail-Adresse."),
        (
            {"email_repeat": "michael@nue.example"},
            "Die beiden Adressen unterscheiden sich: michael@neu.example und michael@nue.example.",
        ),
        ({"email_repeat": ""}, "Bitte geben Sie die neue Adresse noch einmal ein."),
        ({"current_password": ""}, "Bitte geben Sie Ihr Passwort ein."),
        ({"current_password": "falsch"}, "Das Passwort stimmt nicht."),
    ],
)
def test_what_is_wrong_is_said_the_rest_is_kept_and_nothing_changes(
    owner: Client, household: Household, changes: dict[str, str], words: str
) -> None:
    typed = FORM | changes
    response = owner.post(URL, typed)
    assert response.status_code == 422
    assert words in text_of(response)
    assert f'value="{typed["email_repeat"]}"' in text_of(response) or not typed["email_repeat"]
    assert PASSWORD not in text_of(response)
    assert not EmailChange.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_other_spellings_of_the_same_address_are_no_difference(owner: Client) -> None:
    assert owner.post(URL, FORM | {"email_repeat": " Michael@NEU.example "}).status_code == 303


def test_two_changes_an_hour_and_five_a_day_are_enough(owner: Client, household: Household) -> None:
    answers = []
    for hour in range(4):
        with time_machine.travel(NOW + dt.timedelta(hours=hour), tick=False):
            sign_in(owner, household.user)
            answers += [owner.post(URL, FORM).status_code for _ in range(3)]
    assert answers == [303, 303, 429, 303, 303, 429, 303, 429, 429, 429, 429, 429]
    assert EmailChange.objects.count() == 5


@pytest.mark.parametrize("case", ["expired", "used", "unknown", "inactive", "new password"])
def test_a_link_that_opens_nothing_changes_nothing(owner: Client, household: Household, case: str) -> None:
    owner.post(URL, FORM)
    address, later = link(), dt.timedelta(0)
    if case == "expired":
        later = dt.timedelta(hours=24)
    elif case == "used":
        Client().post(address)
    elif case == "unknown":
        address = "/email-bestaetigen/gibt-es-nicht/"
    elif case == "inactive":
        User.objects.update(is_active=False)
    else:
        new = {"password": "Regal Mond Kutsche", "password_repeat": "Regal Mond Kutsche"}
        owner.post("/konto/passwort/", {"current_password": PASSWORD} | new)
    before = email_of(household)
    with time_machine.travel(NOW + later, tick=False):
        for response in (Client().get(address), Client().post(address)):
            assert response.status_code == 410
            assert "Dieser Link ist abgelaufen." in text_of(response)
    assert email_of(household) == before


def test_a_new_access_changes_no_address_and_says_why(owner: Client, household: Household) -> None:
    AccountLink.objects.update(held_until=NOW + dt.timedelta(days=3))
    for response in (owner.get(URL), owner.post(URL, FORM)):
        page = text_of(response)
        assert "Das geht noch nicht: Ihr Zugang ist noch eingeschränkt." in page
        assert "frei ab Mittwoch, 25. November, 12:00 Uhr" in page
    assert not EmailChange.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_an_access_that_waits_for_a_letter_leads_to_its_code(owner: Client) -> None:
    AccountLink.objects.update(awaits_letter=True)
    assert f'href="/konto/freischalten/{AccountLink.objects.get().public_id}/"' in text_of(owner.get(URL))
