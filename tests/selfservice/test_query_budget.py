"""How many queries a page of a premise takes: few, and the same however much there is to show.

Everything counts: session, login, grants and premises, too. A page shown for the first time also writes down
what it did; the counts are those of every further time.
"""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.banking.models import WantedAccount
from kundenportal.contact.models import ContactThread
from kundenportal.submissions.models import Submission
from tests.addresses import give_address, send_address
from tests.banking import give_account, send_bank_change
from tests.contact import answer, make_upload, send_message, send_reply
from tests.make import (
    NOW,
    make_advance_payment_submission,
    make_document,
    make_household,
    make_payment_plan,
    make_premise,
    make_reading,
    make_reading_submission,
    make_register,
)
from tests.personas import sign_in
from tests.selfservice import bank_pages, test_address, test_advance_payment, test_bank_account_end
from tests.selfservice.document_pages import content_of
from tests.selfservice.test_access_matrix import ARGUMENTS

pytestmark = pytest.mark.django_db

SHOW_NO_PAGE = {"prepare_cellar", "waiting"}
LAST_YEAR = dt.date(2025, 12, 31)
BUDGET = {
    "home": 8,
    "advance_payment": 6,
    "advance_payment_check": 7,
    "advance_payment_sent": 5,
    "documents": 4,
    "documents_view": 5,
    "documents_file": 5,
    "documents_page": 6,
    "readings": 6,
    "readings_check": 7,
    "readings_sent": 8,
    "consumption": 4,
    "consumption_csv": 4,
    "address": 6,
    "address_check": 6,
    "address_sent": 5,
    "contact": 4,
    "contact_sent": 6,
    "contact_messages": 4,
    "contact_thread": 6,
    "file": 6,
    "bank_account": 7,
    "bank_account_name": 3,
    "bank_account_check": 8,
    "bank_account_end": 7,
    "bank_account_end_check": 7,
    "bank_account_sent": 6,
    "submissions": 4,
    "submission meter_reading": 7,
    "submission advance_payment": 6,
    "submission address_change": 6,
    "submission bank_change": 7,
    "submission contact_message": 7,
    "submission_withdraw": 7,
}
"""The queries of each address below ``/vs/<id>/``; a submission's page, by kind."""

MOST = 8
"""What a page may take (performance.md, target 9)."""


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class Estate:
    """A household with something of everything, and its pages.

    Its changes are settled and of last year, so that they neither lock nor wait: the pages show their forms.
    """

    def __init__(self, client: Client) -> None:
        self.client, self.household = client, make_household()
        self.premise = self.household.premise
        give_address(self.household)
        give_account(self.household.customer)
        make_payment_plan(self.premise)
        self.document = make_document(self.household.customer)
        self.upload = make_upload(self.household.user, self.premise)
        readings = make_reading_submission(self.household.strom)
        change = make_advance_payment_submission(self.premise, received_year=2025, status="completed")
        address = send_address(self.household, key="address")
        bank = send_bank_change(self.household, key="bank")
        Submission.objects.filter(pk__in=[address.pk, bank.pk]).update(status="completed")
        WantedAccount.objects.update(is_open=False)
        message = send_message(self.household, key="first", uploads=[self.upload])
        self.references = {each.kind: each.reference for each in (readings, change, address, bank, message)}
        self.thread = ContactThread.objects.get()
        sign_in(client, self.household.user)

    def grow(self) -> None:
        """Add twenty of everything."""
        customer = self.household.customer
        for number in range(20):
            register = make_register(self.premise)
            make_reading(register, LAST_YEAR, 100)
            make_reading(register, LAST_YEAR.replace(year=2024), 50)
            make_reading_submission(register, status="completed")
            make_advance_payment_submission(self.premise, received_year=2025, status="completed")
            make_document(customer, f"Abrechnung {number}")
            make_register(make_premise(customer))
            day = NOW - dt.timedelta(days=20 - number)
            send_message(self.household, key=f"message-{number}", now=day)
            send_reply(self.household, self.thread, key=f"reply-{number}", now=day)
            answer(ContactThread.objects.latest("pk"), now=day)
        registers = [make_register(self.premise) for _ in range(20)]
        self.references["meter_reading"] = make_reading_submission(*registers).reference

    def draft(self, page: str) -> str:
        """Return the address of a check page, to which its form leads."""
        start = f"/vs/{self.premise.public_id}/"
        readings = {f"stand-{self.household.wasser.pk}": "590"}
        send = {
            "readings_check": lambda: self.client.post(f"{start}zaehlerstaende/", readings),
            "advance_payment_check": lambda: self.client.post(f"{start}abschlag/", test_advance_payment.GOOD),
            "address_check": lambda: test_address.send(self.client, self.household),
            "bank_account_check": lambda: bank_pages.send(self.client, self.household),
            "bank_account_end_check": lambda: test_bank_account_end.send(self.client, self.household),
        }
        return str(send[page]()["Location"])

    def path(self, page: str) -> str:
        """Return the address of a page; a check page shows what was typed in a form."""
        start = f"/vs/{self.premise.public_id}/"
        document, of = f"{start}dokumente/{self.document.public_id}/", self.references
        if page.startswith("submission "):
            return f"{start}vorgaenge/{of[page.split()[1]]}/"
        if page.endswith("_check"):
            return self.draft(page)
        return {
            "home": start,
            "advance_payment": f"{start}abschlag/",
            "advance_payment_sent": f"{start}abschlag/gesendet/{of['advance_payment']}/",
            "documents": f"{start}dokumente/",
            "documents_view": document,
            "documents_file": f"{document}datei/",
            "documents_page": f"{document}seite/1/",
            "readings": f"{start}zaehlerstaende/",
            "readings_sent": f"{start}zaehlerstaende/gesendet/{of['meter_reading']}/",
            "consumption": f"{start}verbrauch/",
            "consumption_csv": f"{start}verbrauch/csv/",
            "address": f"{start}rechnungsadresse/",
            "address_sent": f"{start}rechnungsadresse/gesendet/{of['address_change']}/",
            "contact": f"{start}kontakt/",
            "contact_sent": f"{start}kontakt/gesendet/{of['contact_message']}/",
            "contact_messages": f"{start}nachrichten/",
            "contact_thread": f"{start}nachrichten/{of['contact_message']}/",
            "bank_account": f"{start}bankverbindung/",
            "bank_account_name": f"{start}bankverbindung/bank/",
            "bank_account_end": f"{start}bankverbindung/beenden/",
            "bank_account_sent": f"{start}bankverbindung/gesendet/{of['bank_change']}/",
            "file": f"{start}dateien/{self.upload.public_id}/",
            "submissions": f"{start}vorgaenge/",
            "submission_withdraw": f"{start}vorgaenge/{of['meter_reading']}/zurueckziehen/",
        }[page]

    def queries_of(self, page: str) -> int:
        """Return how many queries a page takes that was shown before."""
        path = self.path(page)
        content_of(self.client.get(path))
        with CaptureQueriesContext(connection) as queries:
            shown = self.client.get(path)
            content_of(shown)
        assert shown.status_code == 200, page
        return len(queries)


def test_every_page_of_a_premise_has_a_budget() -> None:
    names = {name.split(":")[1] for name, arguments in ARGUMENTS.items() if "premise_id" in arguments}
    assert {page.split()[0] for page in BUDGET} == names - SHOW_NO_PAGE
    assert max(BUDGET.values()) <= MOST


def test_a_page_takes_as_many_queries_for_one_of_everything_as_for_twenty(client: Client) -> None:
    estate = Estate(client)
    with_one = {page: estate.queries_of(page) for page in BUDGET}
    estate.grow()
    with_twenty = {page: estate.queries_of(page) for page in BUDGET}
    assert with_one == with_twenty == BUDGET
