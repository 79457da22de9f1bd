"""``/verwaltung/kunden/<nr>/``: all about a customer, for whoever may see it."""

import datetime as dt
import re

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


def views() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="customer.viewed"))


def make_mail(**values) -> OutgoingMail:
    defaults = {"kind": "password_reset", "created_at": NOW, "next_try_at": NOW}
    number = OutgoingMail.objects.count()
    return OutgoingMail.objects.create(**defaults | {"message_id": f"<{number}@beispiel.de>"} | values)


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


def test_the_overview_says_who_it_is_and_how_he_gets_in(desk: Client, household: Household) -> None:
    make_bank_account(household.customer)
    page = desk.get(CUSTOMER).text
    for said in ("Michael Bauer", "0014026/1", "m.bauer@beispiel.de", "Registriert seit", "noch nie", "4711"):
        assert said in page
    assert "Kein Zugang" not in page


def test_every_tab_opens_for_a_customer_without_anything(desk: Client, household: Household) -> None:
    bare = make_customer(last_name="Neu")
    titles = []
    for tab in TABS:
        response = desk.get(f"/verwaltung/kunden/{bare.slug}/{tab}")
        assert response.status_code == 200
        assert "Kein Zugang" in response.text
        assert response.text.count('aria-current="page"') >= 2
        titles.append(response.text.partition("<title>")[2].partition(" – Verwaltung")[0])
    assert titles[0] == f"{bare.full_name} {bare.customer_number}"
    assert all(title.endswith(f" – {titles[0]}") for title in titles[1:])
    assert len(set(titles)) == len(TABS)


def test_a_customer_is_opened_by_every_spelling_of_his_number_and_by_no_other(
    desk: Client, household: Household
) -> None:
    for slug in ("14026", "0014026", "0014026-1"):
        assert "Michael Bauer" in desk.get(f"/verwaltung/kunden/{slug}/").text
    for slug in ("0999999-1", "abc", "14026-2", "--"):
        assert desk.get(f"/verwaltung/kunden/{slug}/").status_code == 404


def test_opening_a_customer_is_one_entry_however_many_tabs_one_looks_at(
    desk: Client, clerk: StaffMember, household: Household
) -> None:
    for tab in TABS:
        desk.get(CUSTOMER + tab)
    (entry,) = views()
    assert (entry.actor, entry.customer_id) == (clerk.user.actor, household.customer.pk)
    for minutes, count in ((14, 1), (16, 2)):
        AuditEntry.objects.filter(pk=entry.pk).update(at=NOW - dt.timedelta(minutes=minutes))
        desk.get(CUSTOMER)
        assert len(views()) == count


def test_the_tabs_show_what_there_is(desk: Client, household: Household) -> None:
    document = make_document(household.customer, "Jahresabrechnung 2025")
    document.accesses.create(user=household.user, way="opened", at=NOW - DAY)
    sent = make_reading_submission(household.strom, submitted_by=household.user)
    make_mail(recipient=household.user.email, subject="Neues Passwort festlegen", status="sent", sent_at=NOW)
    make_mail(customer_id=make_customer().pk, recipient=household.user.email, subject="Eines anderen")
    record("sign_in.by_link", actor=household.user.actor, now=NOW - DAY)
    said = {
        "": ("21.11.2026, 12:00",),
        "zaehler/": ("Lindenstraße 12", "1 EMH00 0451 2873", "21.987\xa0kWh", "31.12.2025", "abgelesen"),
        "dokumente/": ("Jahresabrechnung 2025", "21.11.2026, 12:00"),
        "vorgaenge/": (sent.reference, "Eingegangen"),
        "e-mails/": ("Neues Passwort festlegen", "gesendet", "m.bauer@beispiel.de"),
        "protokoll/": ("mit einem Link angemeldet", "Kundenseite angesehen", "Frau Huber"),
        "sitzungen/": ("auf keinem Gerät angemeldet", "mit einem Link aus einer E-Mail"),
    }
    for tab, words in said.items():
        page = desk.get(CUSTOMER + tab).text
        assert [word for word in words if word not in page] == [], tab
        assert "Eines anderen" not in page


def test_a_register_shows_its_last_reading_and_a_year_of_earlier_ones(
    desk: Client, household: Household
) -> None:
    for month in range(1, 15):
        make_reading(household.strom, TODAY - 30 * month * DAY, 20_000 - 100 * month, origin="gemeldet")
    page = desk.get(CUSTOMER + "zaehler/").text
    assert "12 frühere" in page
    of_strom = page.partition("staende")[2].partition("</ul>")[0]
    dates = re.findall(r"<li><span>([\d.]+)</span>", of_strom)
    assert (len(dates), dates[0]) == (12, "23.09.2026")


def test_no_tab_shows_what_is_another_s(desk: Client, household: Household) -> None:
    other = make_customer(last_name="Fremd")
    register = make_register(make_premise(other, street="Fremdweg"))
    make_document(other, "Fremde Rechnung")
    reference = make_reading_submission(register).reference
    make_mail(customer_id=other.pk, recipient="fremd@beispiel.de", subject="Fremde Mail")
    record("fremd.getan", actor="user:999", now=NOW, customer_id=other.pk)
    record("fremd.verknuepft", actor=household.user.actor, now=NOW, customer_id=other.pk)
    for tab in TABS:
        page = desk.get(CUSTOMER + tab).text
        assert not re.search(f"[Ff]remd|{reference}", page), tab


def test_a_long_list_goes_on_where_its_page_ended(desk: Client, household: Household) -> None:
    fill(household, 30)
    for tab, row, head in (
        ("dokumente/", "<tr role", 1),
        ("e-mails/", "<tr role", 1),
        ("sitzungen/", "<time", 0),
    ):
        first = desk.get(CUSTOMER + tab).text
        assert first.count(row) == 25 + head
        after = re.search(r'href="\?nach=(\d+)"', first)
        assert after
        rest = desk.get(CUSTOMER + tab, {"nach": after[1]}).text
        assert rest.count(row) == 5 + head
        assert "Ältere zeigen" not in rest
        assert "Zum Anfang der Liste" in rest


def test_a_tab_takes_as_many_queries_for_one_as_for_twenty(desk: Client, household: Household) -> None:
    def counts() -> dict[str, int]:
        return {tab: count(desk, CUSTOMER + tab) for tab in TABS}

    desk.get(CUSTOMER)
    fill(household, 1)
    few = counts()
    fill(household, 20)
    assert counts() == few
    assert max(few.values()) <= 8


def count(desk: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        desk.get(path)
    return len(captured)
