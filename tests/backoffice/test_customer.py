"""``/verwaltung/kunden/<nr>/``: all about a customer, for whoever may see it."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.audit.models import AuditEntry
from kundenportal.audit.services import record
from kundenportal.identity.models import StaffMember
from kundenportal.mailing.models import OutgoingMail
from tests.make import (
    NOW,
    TODAY,
    Household,
    make_bank_account,
    make_customer,
    make_document,
    make_household,
    make_premise,
    make_reading,
    make_reading_submission,
    make_register,
)

CUSTOMER = "/verwaltung/kunden/0014026-1/"
TABS = ("", "zaehler/", "dokumente/", "vorgaenge/", "e-mails/", "sitzungen/", "protokoll/")
DAY = dt.timedelta(days=1)


@pytest.fixture
def household(noon: None, db: None) -> Household:
    return make_household()


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="customer.viewed"))


def make_mail(**values) -> OutgoingMail:
    defaults = {"kind": "password_reset", "created_at": NOW, "next_try_at": NOW}
    number = OutgoingMail.objects.count()
    return OutgoingMail.objects.create(**defaults | {"message_id": f"<{number}@beispiel.de>"} | values)


def test_the_overview_says_who_it_is_and_how_he_gets_in(desk: Client, household: Household) -> None:
    make_bank_account(household.customer)
    page = desk.get(CUSTOMER).text
    for said in ("Michael Bauer", "0014026/1", "m.bauer@beispiel.de", "Registriert seit", "noch nie", "4711"):
        assert said in page
    assert "Kein Zugang" not in page


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_for_a_customer_without_anything(
    desk: Client, household: Household, tab: str
) -> None:
    bare = make_customer(last_name="Neu")
    response = desk.get(f"/verwaltung/kunden/{bare.slug}/{tab}")
    assert response.status_code == 200
    assert "Kein Zugang" in response.text
    assert 'aria-current="page"' in response.text


@pytest.mark.parametrize("slug", ["14026", "0014026", "0014026-1"])
def test_a_customer_is_opened_by_every_spelling_of_his_number(
    desk: Client, household: Household, slug: str
) -> None:
    assert "Michael Bauer" in desk.get(f"/verwaltung/kunden/{slug}/").text


@pytest.mark.parametrize("slug", ["0999999-1", "abc", "14026-2", "--"])
def test_an_unknown_customer_is_not_found(desk: Client, household: Household, slug: str) -> None:
    assert desk.get(f"/verwaltung/kunden/{slug}/").status_code == 404


def test_opening_a_customer_is_one_entry_however_many_tabs_one_looks_at(
    desk: Client, clerk: StaffMember, household: Household
) -> None:
    for tab in TABS:
        desk.get(CUSTOMER + tab)
    (entry,) = entries()
    assert (entry.actor, entry.customer_id) == (clerk.user.actor, household.customer.pk)
    AuditEntry.objects.filter(pk=entry.pk).update(at=NOW - dt.timedelta(minutes=16))
    desk.get(CUSTOMER)
    assert len(entries()) == 2


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_takes_as_many_queries_for_one_as_for_twenty(
    desk: Client, household: Household, tab: str
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(CUSTOMER + tab)
        return len(captured)

    desk.get(CUSTOMER)
    fill(household, 1)
    few = count()
    fill(household, 20)
    assert count() == few <= 8


def fill(household: Household, count: int) -> None:
    """Let a customer have so many more of everything."""
    for number in range(count):
        register = make_register(make_premise(household.customer))
        make_reading(register, TODAY - number * DAY, 100 + number)
        make_reading_submission(register, submitted_by=household.user)
        make_document(household.customer)
        make_mail(recipient=household.user.email)
        record("sign_in.succeeded", actor=household.user.actor, now=NOW - number * DAY)
        other = make_customer()
        household.user.account_links.create(customer=other, proof="meter", created_at=NOW)
