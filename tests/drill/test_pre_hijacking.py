"""Attackers who prepare a login before its owner comes (Sudhodanan and Paverd, 2022; security.md A3).

The fifth variant, a trojan identifier, is in ``test_takeovers``.
"""

import time_machine

from kundenportal.identity.models import User
from tests.drill.conftest import Unregistered
from tests.drill.people import NEW_PASSWORD, Person, holder
from tests.linking import make_other, numbers_of
from tests.make import PASSWORD, Household, make_customer

VICTIM = "p.weber@beispiel.de"


def test_pre_hijacking_by_registering_the_address_of_another(neighbour: Person, weber: Unregistered) -> None:
    # The attacker registers a number of his own with the victim's address and waits for her.
    own = make_customer(customer_number="0020002/1", last_name="Nachbar")
    neighbour.register("20002", "Michael Nachbar", VICTIM)
    assert not User.objects.filter(email=VICTIM).exists()
    assert weber.person.kinds() == ["registration_link"]
    assert "registration_link" not in neighbour.kinds()
    # She registers as if nothing had been; his attempt holds no login that hers could be added to.
    weber.person.register("10224", "Petra Weber", VICTIM)
    path = weber.person.link("registration_link", "/passwort-festlegen/")
    weber.person.send(path, password=NEW_PASSWORD, password_repeat=NEW_PASSWORD)
    assert holder(weber.customer) == weber.person.user()
    assert holder(own) is None
    assert numbers_of(weber.person.user()) == ["0010224/1"]


def test_pre_hijacking_by_a_session_kept_open(stranger: Person, bauer: Person, household: Household) -> None:
    assert stranger.sign_in("14026", PASSWORD)
    assert "new_device" in bauer.kinds()
    assert bauer.reset_password("14026")
    assert not stranger.is_in()
    assert not stranger.sign_in("14026", PASSWORD)
    assert bauer.kinds()[-1] == "password_changed"
    assert bauer.sign_in("14026", NEW_PASSWORD)


def test_pre_hijacking_by_a_change_of_address_kept_waiting(
    stranger: Person, bauer: Person, household: Household, clock: time_machine.Traveller
) -> None:
    stranger.sign_in("14026", PASSWORD)
    new = "fremd@beispiel.de"
    stranger.send("/konto/email/", email=new, email_repeat=new, current_password=PASSWORD)
    path = stranger.link("email_change_confirm", "/email-bestaetigen/")
    assert bauer.reset_password("14026")
    assert stranger.send(path) == 410
    household.user.refresh_from_db()
    assert household.user.email == "m.bauer@beispiel.de"
    assert {"email_change_requested", "password_changed"} <= set(bauer.kinds())


def test_pre_hijacking_by_an_address_nobody_proved(
    stranger: Person, bauer: Person, household: Household
) -> None:
    # A login that came from elsewhere carries the victim's address, and the attacker its password.
    unproven = make_other(make_customer(customer_number="0020002/1"), email="m.bauer@beispiel.de")
    User.objects.filter(pk=unproven.pk).update(email_verified_at=None)
    assert bauer.sign_in("m.bauer@beispiel.de")
    assert numbers_of(household.user) == ["0014026/1"]
    assert stranger.sign_in("m.bauer@beispiel.de", NEW_PASSWORD)
    assert stranger.user() == unproven
    assert numbers_of(unproven) == ["0020002/1"]
    assert holder(household.customer) == household.user
    assert "new_device" in bauer.kinds()
