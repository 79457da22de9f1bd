"""What one does for the access of a customer: asked first, recorded, and never more than it says."""

import datetime as dt

import pytest
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.models import SignedInDevice, StaffMember, User
from kundenportal.identity.security_events import report_security_event
from kundenportal.linking.models import AccountLink, ActivationLetter, Registration
from kundenportal.linking.services import disavow
from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.models import OutgoingMail
from tests.addresses import give_address
from tests.make import NOW, PASSWORD, Household, make_customer, make_household, make_passkey
from tests.personas import sign_in
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

CUSTOMER = "/verwaltung/kunden/0014026-1/"
ACTS = ("zugangsdaten/", "abmelden/", "sperren/", "entsperren/", "brief/")
LOOKED_AT = (AuditEntry,)


@pytest.fixture
def household(noon: None, db: None) -> Household:
    household = make_household()
    give_address(household)
    return household


@pytest.fixture
def office(client: Client, household: Household) -> Client:
    """A browser in which Herr Maier, the Leitung, is signed in."""
    sign_in_member(client, make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example"))
    return client


def kinds() -> list[str]:
    return list(dict.fromkeys(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True)))


def entry(action: str) -> AuditEntry:
    return AuditEntry.objects.get(action=action)


def do(desk: Client, act: str, **fields: str) -> str:
    """Do something and return what the customer's page then says."""
    response = desk.post(CUSTOMER + act, fields)
    assert (response.status_code, response["Location"]) == (303, CUSTOMER)
    return desk.get(CUSTOMER).text


@pytest.mark.parametrize("act", ACTS)
def test_asking_does_nothing_yet(desk: Client, household: Household, act: str) -> None:
    before = snapshot(but=LOOKED_AT)
    page = desk.get(CUSTOMER + act)
    assert page.status_code == 200
    assert "Michael Bauer" in page.text
    assert snapshot(but=LOOKED_AT) == before


def test_access_data_go_to_the_login_and_nobody_here_sees_the_link(
    desk: Client, clerk: StaffMember, household: Household
) -> None:
    assert "Die Zugangsdaten gehen an m.bauer@beispiel.de." in do(desk, "zugangsdaten/")
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.context) == (
        "password_reset",
        "m.bauer@beispiel.de",
        {"user_ids": [household.user.pk]},
    )
    sent = entry("access_data.sent")
    assert (sent.actor, sent.customer_id) == (clerk.user.actor, household.customer.pk)


def test_a_customer_without_access_gets_his_at_the_address_of_the_contract(
    desk: Client, clerk: StaffMember
) -> None:
    customer = make_customer(customer_number="0014026/1", contact_email="Bauer@Beispiel.de")
    do(desk, "zugangsdaten/")
    registration = Registration.objects.get()
    assert (registration.customer_number, registration.email, registration.name, registration.status) == (
        customer.customer_number,
        "bauer@beispiel.de",
        "Michael Bauer",
        "received",
    )


def test_access_data_go_out_five_times_a_day(desk: Client, household: Household) -> None:
    for _ in range(5):
        do(desk, "zugangsdaten/")
    assert "Heute gingen schon fünfmal Zugangsdaten hinaus." in do(desk, "zugangsdaten/")
    assert OutgoingMail.objects.count() == 5


@pytest.mark.parametrize("email", ["", "keine Adresse"])
def test_without_an_address_on_file_nothing_is_sent(desk: Client, clerk: StaffMember, email: str) -> None:
    make_customer(customer_number="0014026/1", contact_email=email)
    assert "Er kann sich im Kundenportal selbst registrieren." in desk.get(CUSTOMER + "zugangsdaten/").text
    assert "Es wurde nichts geändert." in do(desk, "zugangsdaten/")
    assert not OutgoingMail.objects.exists()
    assert not Registration.objects.exists()


def test_a_customer_is_signed_out_everywhere_and_nobody_else_is(desk: Client, household: Household) -> None:
    phone, tablet = Client(), Client()
    sign_in(phone, household.user)
    sign_in(tablet, household.user)
    assert "2 Geräte sind abgemeldet." in do(desk, "abmelden/")
    assert phone.get("/konto/").status_code == 303
    assert not SignedInDevice.objects.filter(user=household.user).exists()
    assert entry("device.all_ended").details == {"count": 2}


def test_a_locked_access_opens_nothing_and_says_nothing_until_it_is_unlocked(
    desk: Client, clerk: StaffMember, household: Household
) -> None:
    browser, typed = Client(), {"identifier": "14026", "password": PASSWORD}
    sign_in(browser, household.user)
    page = do(desk, "sperren/")
    assert "Der Zugang ist gesperrt." in page
    assert "Gesperrt seit 22.11.2026, 12:00 Uhr." in page
    assert browser.get("/konto/").status_code == 303
    locked, unknown = (
        browser.post("/anmelden/", typed),
        Client().post("/anmelden/", typed | {"identifier": "999"}),
    )
    assert locked.status_code == unknown.status_code == 422
    assert locked.context["form"].errors == unknown.context["form"].errors
    assert kinds() == ["login_locked"]
    do(desk, "entsperren/")
    assert kinds() == ["login_locked", "login_unlocked"]
    assert User.objects.get(pk=household.user.pk).is_active
    for action in ("login.locked", "login.unlocked"):
        assert (entry(action).actor, entry(action).customer_id) == (clerk.user.actor, household.customer.pk)


@pytest.mark.parametrize("act", ["sperren/", "zugangsdaten/", "brief/"])
def test_a_locked_access_is_not_locked_helped_or_written_to_again(
    desk: Client, household: Household, act: str
) -> None:
    do(desk, "sperren/")
    before = snapshot(but=LOOKED_AT)
    assert "Es wurde nichts geändert." in do(desk, act)
    assert snapshot(but=LOOKED_AT) == before


def test_an_open_access_is_not_unlocked(desk: Client, household: Household) -> None:
    before = snapshot(but=LOOKED_AT)
    assert "Der Zugang ist nicht gesperrt." in do(desk, "entsperren/")
    assert snapshot(but=LOOKED_AT) == before


def test_a_letter_restricts_the_access_until_its_code_is_entered(desk: Client, household: Household) -> None:
    page = do(desk, "brief/")
    assert "Zugang eingeschränkt" in page
    assert "bis der Kunde den Code aus unserem Brief eingibt" in page
    assert AccountLink.objects.get().awaits_letter
    letter = ActivationLetter.objects.get()
    assert (letter.customer, letter.printed_at) == (household.customer, None)
    assert "Ein Brief ist schon unterwegs." in do(desk, "brief/")
    assert ActivationLetter.objects.count() == 1
    assert entry("letter.ordered").customer_id == household.customer.pk


def test_without_a_known_address_no_letter_goes_out_and_nothing_is_restricted(
    desk: Client, household: Household
) -> None:
    household.customer.billing_address.delete()
    before = snapshot(but=LOOKED_AT)
    assert "Ein Brief ist nicht möglich" in do(desk, "brief/")
    assert snapshot(but=LOOKED_AT) == before


def test_the_leitung_removes_lost_factors_with_the_own_password(office: Client, household: Household) -> None:
    make_passkey(household.user)
    refused = office.post(CUSTOMER + "zweiter-faktor/", {"current_password": "falsch"})
    assert refused.status_code == 422
    assert "Das Passwort stimmt nicht." in refused.text
    assert factors_of(household.user).count == 1
    assert "Die zweiten Faktoren sind entfernt." in do(office, "zweiter-faktor/", current_password=PASSWORD)
    assert factors_of(household.user).count == 0
    assert entry("factors.removed_by_utility").customer_id == household.customer.pk
    assert kinds() == ["factor_removed"]
    assert "keinen zweiten Faktor" in do(office, "zweiter-faktor/", current_password=PASSWORD)


@pytest.mark.parametrize("act", ["abmelden/", "sperren/", "entsperren/", "brief/"])
def test_where_there_is_no_access_there_is_nothing_to_do(desk: Client, clerk: StaffMember, act: str) -> None:
    make_customer(customer_number="0014026/1")
    before = snapshot(but=LOOKED_AT)
    assert "Es wurde nichts geändert." in do(desk, act)
    assert snapshot(but=LOOKED_AT) == before


def test_who_only_reads_is_shown_no_act(client: Client, household: Household) -> None:
    sign_in_member(client, make_member(StaffMember.Role.READER))
    page = client.get(CUSTOMER).text
    assert "Zuletzt angemeldet" in page
    assert not any(f'href="{CUSTOMER}{act}"' in page for act in ACTS)


def test_a_form_of_a_stranger_s_page_is_refused(household: Household, clerk: StaffMember) -> None:
    browser = Client(enforce_csrf_checks=True)
    sign_in_member(browser, clerk)
    before = snapshot()
    assert browser.post(CUSTOMER + "sperren/").status_code == 403
    assert snapshot() == before


def test_saying_it_was_not_me_does_not_open_a_locked_access(desk: Client, household: Household) -> None:
    report_security_event("password_changed", user=household.user, now=NOW)
    prepare = kind_named("password_changed").prepare
    assert prepare
    token = prepare(OutgoingMail.objects.earliest("pk").context, NOW)["disavow_token"]
    do(desk, "sperren/")
    disavow(token=token, now=NOW + dt.timedelta(minutes=1))
    assert "password_reset" not in kinds()
    assert not User.objects.get(pk=household.user.pk).is_active
