"""Attackers after money: each wants refunds or debits to go to an account of his own."""

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from kundenportal.banking.models import BankAccount, WantedAccount
from kundenportal.banking.sealing import open_iban
from kundenportal.customers.models import Customer
from kundenportal.erp.outbound.export import export_submissions
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.submissions.models import Submission
from tests.banking import NEW_IBAN, OLD_IBAN, STOP, give_account
from tests.drill.people import DAY, Person, Post
from tests.make import NOW, PASSWORD, Household
from tests.selfservice.bank_pages import shown_in

CONTACT, THIEF = "bauer.zuhause@beispiel.de", "dieb@beispiel.de"
OWNER = "m.bauer@beispiel.de"

Export = Callable[[], list[dict[str, str]]]


@pytest.fixture
def household(household: Household) -> Household:
    """The household with an account, an access that is old, and a contact address at home."""
    Customer.objects.update(contact_email=CONTACT)
    AccountLink.objects.update(created_at=NOW - 90 * DAY)
    give_account(household.customer)
    return household


@pytest.fixture
def home(post: Post) -> Person:
    """Whoever reads the contact address at home."""
    return Person(post, CONTACT, place="192.0.2.2")


@pytest.fixture
def thief(stranger: Person, bauer: Person, household: Household, clock: time_machine.Traveller) -> Person:
    """Somebody with a copy of the owner's session, found ten minutes after he signed in."""
    assert bauer.sign_in("14026")
    stranger.copy_of_session(bauer)
    clock.shift(DAY / 144)
    return stranger


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Run an export and return the rows that reach the billing system."""

    def run() -> list[dict[str, str]]:
        batches = export_submissions(tmp_path, file_format="csv", now=timezone.now())
        paths = [batch.directory / "bankverbindungen.csv" for batch in batches]
        return [
            row
            for path in paths
            if path.exists()
            for row in csv.DictReader(path.read_text().splitlines(), delimiter=";")
        ]

    return run


def change_account(person: Person, household: Household, *, password: str = PASSWORD) -> Any:
    """Try to put another account in the place of the customer's, from the entry page to the confirmation."""
    base = f"/vs/{household.premise.public_id}/bankverbindung/"
    fields = {"kontoinhaber": "Michael Bauer", "iban": NEW_IBAN, "einwilligung": "on"}
    day = (timezone.now() + dt.timedelta(days=40)).strftime("%d.%m.%Y")
    answer = person.client.post(base, {**fields, "aenderungsdatum": day, "current_password": password})
    if answer.status_code != 303 or "pruefen" not in answer["Location"]:
        return answer
    return person.client.post(
        answer["Location"], {"gesehen": shown_in(person.client.get(answer["Location"]))}
    )


def account_in_force() -> str:
    return open_iban(BankAccount.objects.get())


def test_session_thief_after_refunds(thief: Person, bauer: Person, household: Household) -> None:
    for _ in range(12):
        change_account(thief, household, password="geraten")
    assert not Submission.objects.exists()
    # The guesser is out, and the owner learns that somebody tried.
    assert not thief.is_in()
    assert "own_password_guessed" in bauer.kinds()


def test_stolen_password_after_refunds(
    stranger: Person,
    home: Person,
    bauer: Person,
    household: Household,
    clock: time_machine.Traveller,
    export: Export,
) -> None:
    assert stranger.sign_in("14026")
    assert change_account(stranger, household).status_code == 303
    assert export() == []
    assert "bank_requested" in home.kinds()
    assert "bank_requested" in bauer.kinds()
    # Whoever reads the mail at home stops it two days later, without a login of his own.
    clock.shift(2 * DAY)
    assert home.send(home.link("bank_requested", STOP)) == 303
    clock.shift(30 * DAY)
    assert export() == []
    assert account_in_force() == OLD_IBAN
    assert "bank_stopped" in bauer.kinds()


def test_stolen_password_found_out_by_the_owner(
    stranger: Person, bauer: Person, household: Household, clock: time_machine.Traveller, export: Export
) -> None:
    assert stranger.sign_in("14026")
    change_account(stranger, household)
    assert bauer.send(bauer.link("bank_requested", "/das-war-ich-nicht/")) == 303
    assert not stranger.is_in()
    assert not stranger.sign_in("14026")
    clock.shift(30 * DAY)
    assert export() == []


def test_thief_who_moves_the_address_first(
    thief: Person, bauer: Person, household: Household, clock: time_machine.Traveller, export: Export
) -> None:
    assert thief.send("/konto/email/", email=THIEF, email_repeat=THIEF, current_password=PASSWORD) == 303
    mailbox = Person(thief.post, THIEF)
    mailbox.send(mailbox.link("email_change_confirm", "/email-bestaetigen/"))
    assert thief.sign_in("14026")
    assert change_account(thief, household).status_code == 303
    held_until = Submission.objects.get().held_until
    assert held_until is not None
    assert held_until - timezone.now() == 7 * DAY
    # The mailbox that lost the login is told for thirty days, and can still stop the account.
    clock.shift(6 * DAY)
    assert export() == []
    assert bauer.send(bauer.link("bank_requested", STOP)) == 303
    clock.shift(30 * DAY)
    assert export() == []


def test_refunds_redirected_and_found_out_too_late(
    stranger: Person,
    home: Person,
    household: Household,
    post: Post,
    clock: time_machine.Traveller,
    export: Export,
) -> None:
    assert stranger.sign_in("14026")
    change_account(stranger, household)
    path = home.link("bank_requested", STOP)
    clock.shift(4 * DAY)
    (row,) = export()
    assert row["iban"] == NEW_IBAN
    assert dt.date.fromisoformat(row["auszahlung_gesperrt_bis"]) == (NOW + 17 * DAY).date()
    # Too late to stop, in time to tell: nothing is paid out yet, and people are called.
    clock.shift(10 * DAY)
    assert timezone.now().date() < dt.date.fromisoformat(row["auszahlung_gesperrt_bis"])
    assert "Die Änderung ist schon weitergegeben" in home.client.get(path).content.decode()
    assert home.send(path) == 303
    staff = Person(post, "service@stadtwerke-musterbach.example")
    assert staff.kinds() == ["bank_disputed"]


def test_neighbour_with_a_new_access_after_refunds(neighbour: Person, household: Household) -> None:
    """An access won by a meter number is restricted: no account can be changed with it."""
    AccountLink.objects.filter(customer=household.customer).update(ended_at=NOW)
    User.objects.filter(pk=household.user.pk).update(is_active=False)
    pair = {"customer_number": "14026", "meter_number": household.strom.meter.meter_number}
    path = neighbour.client.post("/konto/verknuepfen/", pair)["Location"]
    assert neighbour.send(path) == 303
    assert change_account(neighbour, household).status_code == 422
    assert not WantedAccount.objects.exists()


def test_ex_partner_who_stops_what_the_owner_wants(
    bauer: Person, home: Person, household: Household, clock: time_machine.Traveller
) -> None:
    """Who reads a mailbox of the customer can be a nuisance: it costs days, not money, and is told."""
    assert bauer.sign_in("14026")
    assert change_account(bauer, household).status_code == 303
    clock.shift(DAY)
    home.send(home.link("bank_requested", STOP))
    assert account_in_force() == OLD_IBAN
    assert "bank_stopped" in bauer.kinds()
    assert bauer.sign_in("14026")
    assert change_account(bauer, household).status_code == 303
    assert Submission.objects.filter(status="on_hold").count() == 1
