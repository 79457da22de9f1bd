"""Attackers who try often."""

import structlog
import time_machine
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.failure_streaks import MAX_FAILURES
from kundenportal.identity.models import FailureStreak
from tests.drill.people import MINUTE, NEW_PASSWORD, Person, holder
from tests.make import PASSWORD, Household
from tests.second_factors import add_app, wrong_code


def test_lock_out_of_a_neighbour(
    stranger: Person, bauer: Person, household: Household, clock: time_machine.Traveller
) -> None:
    assert bauer.sign_in("14026")
    bauer.send("/abmelden/")
    for _ in range(130):
        stranger.send("/anmelden/", identifier="14026", password="falsch")
        clock.shift(15 * MINUTE)
    assert FailureStreak.objects.get().failures == MAX_FAILURES
    # The owner is told, gets in where he was before, and by mail from anywhere else.
    assert "sign_in_blocked" in bauer.kinds()
    assert bauer.sign_in("14026")
    elsewhere = Person(bauer.post, *bauer.mailboxes, place="203.0.113.77")
    elsewhere.send("/anmelden/link/", identifier="14026")
    elsewhere.send(elsewhere.link("sign_in_link", "/anmelden/link/"))
    assert elsewhere.is_in()
    assert not stranger.is_in()


def test_spraying_one_password_over_many_numbers(bauer: Person, household: Household) -> None:
    with structlog.testing.capture_logs() as logs:
        for turn in range(120):
            place = f"198.{turn}.100.7"
            fields = {"identifier": str(13_950 + turn), "password": "Sommer2026!"}
            Client().post("/anmelden/", fields, REMOTE_ADDR=place)
    assert [each["event"] for each in logs if each["event"] == "sign_in.spraying"] == ["sign_in.spraying"]
    assert AuditEntry.objects.filter(action="sign_in.spraying").count() == 1
    assert not AuditEntry.objects.filter(action="sign_in.succeeded").exists()
    assert holder(household.customer) == household.user


def test_known_password_and_guessed_codes(stranger: Person, bauer: Person, household: Household) -> None:
    app, _ = add_app(household.user)
    stranger.send("/anmelden/", identifier="14026", password=PASSWORD)
    code = wrong_code(app)
    statuses = [stranger.send("/anmelden/bestaetigen/", code=code) for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2
    assert not stranger.is_in()
    assert bauer.kinds()[-1] == "second_step_blocked"


def test_unicode_twin_of_an_address(stranger: Person, bauer: Person, household: Household) -> None:
    twins = (
        "m.bauer@be\u0131spiel.de",
        "m.b\u0430uer@beispiel.de",
        "M.BAUER@BE\u0130SP\u0130EL.DE",
        "m.bauer@bei\u017fpiel.de",
    )
    for twin in twins:
        stranger.send("/passwort-vergessen/", identifier=twin)
        stranger.send("/anmelden/link/", identifier=twin)
        stranger.send("/registrieren/", customer_number="14026", name="Michael Bauer", email=twin)
        assert not stranger.sign_in(twin)
    stranger.post.deliver()
    # A twin names another mailbox or none; where host names make no difference it is the owner's own.
    opening = [each for each in stranger.post.letters if each.kind in {"password_reset", "sign_in_link"}]
    assert {each.recipient for each in opening} <= {"m.bauer@beispiel.de"}
    # As an address of its own it may ask for the owner's number like any other, and he hears of it.
    twin_mailbox = Person(stranger.post, "m.bauer@xn--bespiel-sfb.de")
    path = twin_mailbox.link("registration_link", "/passwort-festlegen/")
    fields = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    twin_mailbox.send(path, **fields, meter_number=household.strom.meter.meter_number)
    assert not twin_mailbox.is_in()
    assert holder(household.customer) == household.user
    assert "registration_notice" in bauer.kinds()


def test_flood_of_links(
    stranger: Person, bauer: Person, household: Household, clock: time_machine.Traveller
) -> None:
    for _ in range(59):
        stranger.send("/anmelden/link/", identifier="14026")
        stranger.send("/anmelden/link/", identifier="m.bauer@beispiel.de")
        stranger.send("/passwort-vergessen/", identifier="14026")
        bauer.post.deliver()
        clock.shift(MINUTE)
    assert bauer.kinds().count("sign_in_link") == 5
    assert bauer.kinds().count("password_reset") <= 6
    # What came is the notice, and it still opens.
    assert bauer.send(bauer.link("sign_in_link", "/anmelden/link/")) == 303
    assert bauer.is_in()
    assert not stranger.is_in()
