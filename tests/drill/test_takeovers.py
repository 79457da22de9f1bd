"""Attackers who hold a session, a password, an old mailbox or an old link."""

import pytest
import time_machine

from kundenportal.identity.models import Passkey, SignedInDevice
from kundenportal.linking.models import AccountLink, LoginMerge
from kundenportal.privacy.models import DataExport
from tests.drill.conftest import Unregistered
from tests.drill.people import DAY, NEW_PASSWORD, Person, holder
from tests.make import (
    NOW,
    PASSWORD,
    Household,
    make_customer,
    make_data_export,
    make_premise,
    make_reading_submission,
)
from tests.passkeys import SoftPasskey
from tests.selfservice.reading_pages import Pages

DISAVOW = "/das-war-ich-nicht/"
EXPORT = "/konto/datenschutz/datenauskunft/"
OLD, NEW = "m.bauer@beispiel.de", "neu@beispiel.de"
THIEF = "dieb@beispiel.de"


@pytest.fixture
def thief(stranger: Person, bauer: Person, clock: time_machine.Traveller) -> Person:
    """Somebody with a copy of the owner's session, found ten minutes after he signed in."""
    assert bauer.sign_in("14026")
    stranger.copy_of_session(bauer)
    clock.shift(DAY / 144)
    assert stranger.is_in()
    return stranger


def change_email(person: Person, to: str) -> int:
    return person.send("/konto/email/", email=to, email_repeat=to, current_password=PASSWORD)


def test_stolen_session_without_the_password(thief: Person, bauer: Person, household: Household) -> None:
    before = list(type(household.user).objects.values())
    thief.send("/konto/passwort/", current_password="?", password=NEW_PASSWORD, password_repeat=NEW_PASSWORD)
    thief.send("/konto/email/", email=THIEF, email_repeat=THIEF, current_password="?")
    thief.send("/konto/datenschutz/", current_password="?", is_sure="on")
    for path in ("/konto/sicherheit/app/", "/konto/sicherheit/passkeys/neu/"):
        response = thief.client.post(path, {"code": "123456", "name": "Handy"})
        assert response["Location"].startswith("/konto/bestaetigen/")
    assert thief.is_in()
    for _ in range(12):
        thief.send("/konto/bestaetigen/", current_password="geraten")
    assert list(type(household.user).objects.values()) == before
    assert not Passkey.objects.exists()
    # The guesser is out, the owner is told, and one click secures the login.
    assert not thief.is_in()
    assert bauer.kinds() == ["new_device", "own_password_guessed"]
    assert bauer.send(bauer.link("own_password_guessed", DISAVOW)) == 303
    assert bauer.kinds()[-2:] == ["login_secured", "password_reset"]


def test_stolen_session_that_is_only_read(thief: Person, bauer: Person, household: Household) -> None:
    assert thief.client.get(f"/vs/{household.premise.public_id}/").status_code == 200
    # The owner was told where he is signed in when the session began, and ends it from another browser.
    assert bauer.kinds() == ["new_device"]
    other = Person(bauer.post, OLD, place="192.0.2.9")
    other.sign_in("14026")
    other.send("/konto/geraete/abmelden/")
    assert not thief.is_in()


def test_stolen_session_with_the_password_changes_the_address(
    thief: Person, bauer: Person, household: Household
) -> None:
    assert change_email(thief, THIEF) == 303
    attackers_mail = Person(thief.post, THIEF)
    attackers_mail.send(attackers_mail.link("email_change_confirm", "/email-bestaetigen/"))
    household.user.refresh_from_db()
    assert household.user.email == THIEF
    assert bauer.kinds()[-2:] == ["email_change_requested", "email_changed"]
    assert bauer.send(bauer.link("email_changed", DISAVOW)) == 303
    household.user.refresh_from_db()
    assert household.user.email == OLD
    assert not thief.is_in()
    assert not thief.sign_in("14026")
    path = bauer.link("password_reset", "/passwort-neu/")
    assert bauer.send(path, password=NEW_PASSWORD, password_repeat=NEW_PASSWORD) == 303
    assert bauer.sign_in("14026", NEW_PASSWORD)
    assert holder(household.customer) == household.user


def test_stolen_session_with_the_password_changes_it(
    thief: Person, bauer: Person, household: Household
) -> None:
    fields = {"current_password": PASSWORD, "password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    assert thief.send("/konto/passwort/", **fields) == 303
    assert not bauer.is_in()
    assert bauer.kinds()[-1] == "password_changed"
    assert bauer.send(bauer.link("password_changed", DISAVOW)) == 303
    assert not thief.is_in()
    assert not thief.sign_in("14026", NEW_PASSWORD)
    path = bauer.link("password_reset", "/passwort-neu/")
    own = "Wolke Besen Anker Fjord"
    bauer.send(path, password=own, password_repeat=own)
    assert bauer.sign_in("14026", own)


def test_stolen_session_wants_the_data(thief: Person, bauer: Person, household: Household) -> None:
    export = make_data_export(household.user, customer_ids=[household.customer.pk])
    for path in (EXPORT, f"{EXPORT}{export.public_id}/"):
        response = thief.client.post(path)
        assert response["Location"].startswith("/konto/bestaetigen/")
    assert "uebersicht.pdf" not in thief.client.get(f"{EXPORT}{export.public_id}/", follow=True).text
    for _ in range(12):
        thief.send("/konto/bestaetigen/", current_password="geraten")
    assert list(DataExport.objects.all()) == [export]
    assert not thief.is_in()
    assert bauer.kinds() == ["new_device", "own_password_guessed"]


def test_stolen_session_with_the_password_asks_for_the_data(
    thief: Person, bauer: Person, household: Household
) -> None:
    assert thief.send("/konto/bestaetigen/", current_password=PASSWORD) == 303
    assert thief.send(EXPORT) == 303
    assert bauer.kinds()[-1] == "data_export_ready"
    path = bauer.link("data_export_ready", EXPORT)
    assert bauer.send(bauer.link("data_export_ready", DISAVOW)) == 303
    assert thief.client.post(path)["Location"].startswith("/anmelden/")
    assert not thief.sign_in("14026")


def test_login_absorbed_by_who_knows_its_password(
    neighbour: Person, bauer: Person, household: Household
) -> None:
    pair = {"customer_number": "14026", "meter_number": household.strom.meter.meter_number}
    response = neighbour.client.post("/konto/verknuepfen/", pair)
    assert neighbour.client.post(response["Location"], {"password": PASSWORD}).status_code == 303
    assert holder(household.customer) == neighbour.user()
    assert "accounts_linked" in bauer.kinds()
    bauer.send(bauer.link("accounts_linked", "/verknuepfung-rueckgaengig/"))
    assert holder(household.customer) == household.user
    assert LoginMerge.objects.get().undone_at is not None
    assert neighbour.client.get(f"/vs/{household.premise.public_id}/").status_code in {303, 404}
    assert bauer.sign_in(OLD)


def test_guesser_at_the_password_of_a_login_to_link(
    neighbour: Person, bauer: Person, household: Household
) -> None:
    pair = {"customer_number": "14026", "meter_number": household.strom.meter.meter_number}
    path = neighbour.client.post("/konto/verknuepfen/", pair)["Location"]
    for _ in range(8):
        neighbour.send(path, password="geraten")
    assert neighbour.send(path, password=PASSWORD) == 429
    assert holder(household.customer) == household.user
    assert bauer.kinds() == ["link_password_guessed"]
    assert bauer.send(bauer.link("link_password_guessed", DISAVOW)) == 303
    assert bauer.kinds()[-2:] == ["login_secured", "password_reset"]


def test_ex_partner_with_the_old_mailbox(
    bauer: Person, household: Household, post, clock: time_machine.Traveller
) -> None:
    household.customer.contact_email = NEW
    household.customer.save()
    victim = Person(post, NEW, place="192.0.2.1")
    assert bauer.sign_in("14026")
    change_email(bauer, NEW)
    victim.send(victim.link("email_change_confirm", "/email-bestaetigen/"))
    clock.shift(DAY)
    # From here on the old mailbox belongs to the former partner, who knows number and old password mails.
    ex = Person(post, OLD)
    resets = ex.kinds().count("password_reset")
    ex.send("/passwort-vergessen/", identifier=OLD)
    ex.send("/passwort-vergessen/", identifier="14026")
    ex.send("/anmelden/link/", identifier=OLD)
    assert ex.kinds().count("password_reset") == resets
    assert "sign_in_link" not in ex.kinds()
    # The mail about the change offers him "Das war ich nicht": it locks, but pulls nothing back to him.
    ex.send(ex.link("email_changed", DISAVOW))
    household.user.refresh_from_db()
    assert household.user.email == NEW
    assert ex.kinds().count("password_reset") == resets
    assert not ex.sign_in("14026")
    assert {"email_changed", "login_secured", "password_reset"} <= set(victim.kinds())
    assert (
        victim.send(
            victim.link("password_reset", "/passwort-neu/"),
            password=NEW_PASSWORD,
            password_repeat=NEW_PASSWORD,
        )
        == 303
    )
    assert victim.sign_in(NEW, NEW_PASSWORD)


def test_two_tabs_mixed_up(bauer: Person, household: Household) -> None:
    second = make_premise(make_customer(customer_number="0030001/1"), street="Ahornweg")
    AccountLink.objects.create(user=household.user, customer=second.customer, proof="meter", created_at=NOW)
    assert bauer.sign_in("14026")
    pages = Pages(bauer.client, household)
    check = pages.draft({household.strom: "24318"})
    # In another tab the other premise is chosen; then the first tab sends.
    assert bauer.client.get(f"/vs/{second.public_id}/").status_code == 200
    response = pages.confirm(check)
    assert response["Location"].startswith(f"/vs/{household.premise.public_id}/")
    assert household.premise.submissions.count() == 1
    assert second.submissions.count() == 0
    assert "reading_received" in bauer.kinds()
    assert bauer.client.post(check.replace(household.premise.public_id, second.public_id)).status_code in {
        404,
        303,
    }
    assert second.submissions.count() == 0


def test_link_replayed_by_a_mail_scanner_or_thief(
    bauer: Person, stranger: Person, household: Household
) -> None:
    bauer.send("/passwort-vergessen/", identifier="14026")
    path = bauer.link("password_reset", "/passwort-neu/")
    # A scanner opens everything before the owner does; that uses nothing up.
    assert stranger.client.get(path).status_code == 200
    assert bauer.send(path, password=NEW_PASSWORD, password_repeat=NEW_PASSWORD) == 303
    own = "Wolke Besen Anker Fjord"
    assert stranger.send(path, password=own, password_repeat=own) == 410
    assert not stranger.sign_in("14026", own)
    assert bauer.sign_in("14026", NEW_PASSWORD)
    assert "password_changed" in bauer.kinds()


def test_foreign_objects_by_their_ids(
    neighbour: Person, bauer: Person, household: Household, weber: Unregistered
) -> None:
    sent = make_reading_submission(household.strom)
    bauer.sign_in("14026")
    device = SignedInDevice.objects.get(user=household.user).public_id
    link = AccountLink.objects.get(user=household.user).public_id
    for path in (
        f"/vs/{household.premise.public_id}/",
        f"/vs/{household.premise.public_id}/zaehlerstaende/gesendet/{sent.reference}/",
        f"/konto/verknuepfung-aufheben/{link}/",
    ):
        assert neighbour.client.get(path).status_code == 404
    assert neighbour.send(f"/konto/geraete/{device}/abmelden/") == 404
    assert bauer.is_in()
    assert "new_device" in bauer.kinds()


def trojan(thief: Person) -> SoftPasskey:
    """Give the stolen login a passkey of the thief's; the password was known."""
    thief.send("/konto/bestaetigen/", current_password=PASSWORD)
    soft = SoftPasskey()
    options = thief.client.get("/konto/sicherheit/passkeys/neu/vorgabe/").json()
    fields = {"name": "Handy", "credential": soft.make(options)}
    assert thief.client.post("/konto/sicherheit/passkeys/neu/", fields).status_code == 303
    return soft


def test_pre_hijacking_by_a_trojan_passkey(thief: Person, bauer: Person, household: Household) -> None:
    soft = trojan(thief)
    assert bauer.kinds()[-1] == "factor_added"
    assert bauer.send(bauer.link("factor_added", DISAVOW)) == 303
    assert not Passkey.objects.exists()
    assert not thief.is_in()
    answer = soft.sign(thief.client.get("/anmelden/passkey/abfrage/").json())
    thief.send("/anmelden/passkey/", credential=answer)
    assert not thief.is_in()
