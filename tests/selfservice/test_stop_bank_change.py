"""``/bankverbindung-anhalten/<token>/``: stopping a change of bank accounts without signing in."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kundenportal.customers.models import Customer
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.banking import NEW_IBAN, OLD_IBAN, give_account, nothing, send_bank_change, stop_path
from tests.make import NOW, Household
from tests.selfservice.reading_pages import text_of
from tests.snapshot import snapshot

CONTACT = "rechnung@beispiel.de"


@pytest.fixture
def change(household: Household) -> Submission:
    Customer.objects.update(contact_email=CONTACT)
    household.customer.refresh_from_db()
    give_account(household.customer)
    return send_bank_change(household)


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(client: Client, change: Submission, method: str) -> None:
    path = stop_path(CONTACT)
    before = snapshot()
    getattr(client, method)(path)
    assert snapshot() == before


def test_the_page_says_what_would_be_stopped_and_nobody_signs_in(client: Client, change: Submission) -> None:
    answer = client.get(stop_path(CONTACT))
    text = text_of(answer)
    for expected in (
        "Änderung der Bankverbindung anhalten?",
        "Sie müssen sich dafür nicht anmelden.",
        "Bisher DE•• •••• 2051 endet auf 2051",
        "Neu DE•• •••• 3000 endet auf 3000",
        "Gilt ab: 4. Dezember 2026",
        "Änderung anhalten",
    ):
        assert expected in text
    page = answer.content.decode()
    assert NEW_IBAN not in page
    assert OLD_IBAN not in page
    assert "Bauer" not in text
    assert "0014026" not in text
    assert "no-store" in answer["Cache-Control"]


def test_one_press_stops_it_and_the_page_says_so_from_then_on(client: Client, change: Submission) -> None:
    path = stop_path(CONTACT)
    answer = client.post(path)
    assert (answer.status_code, answer["Location"]) == (303, path)
    change.refresh_from_db()
    assert change.status == "withdrawn"
    for _ in range(2):
        text = text_of(client.get(path))
        assert "Die Änderung ist angehalten" in text
        assert "Neues Passwort festlegen" in text
        assert client.post(path).status_code == 303
    assert OutgoingMail.objects.filter(kind="bank_stopped").count() == 2


def test_who_comes_too_late_learns_it_and_is_heard(client: Client, change: Submission) -> None:
    path = stop_path(CONTACT)
    Submission.objects.update(status="exported")
    text = text_of(client.get(path))
    assert "Die Änderung ist schon weitergegeben" in text
    assert "09872 0000-332" in text
    client.post(path)
    assert OutgoingMail.objects.filter(kind="bank_disputed").count() == 1
    assert "Danke, wir kümmern uns darum" in text_of(client.get(path))
    client.post(path)
    assert OutgoingMail.objects.filter(kind="bank_disputed").count() == 1


@pytest.mark.parametrize("status", ["withdrawn", "rejected"])
def test_a_change_that_is_over_needs_nothing(client: Client, change: Submission, status: str) -> None:
    path = stop_path(CONTACT)
    Submission.objects.update(status=status)
    text = text_of(client.get(path))
    assert "Diese Änderung gilt nicht mehr" in text
    assert "Änderung anhalten" not in text


def test_a_link_that_is_too_old_leads_to_the_telephone(client: Client, change: Submission) -> None:
    path = stop_path(CONTACT)
    with time_machine.travel(NOW + dt.timedelta(days=30), tick=False):
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 410
            assert "Dieser Link ist abgelaufen." in text_of(answer)
            assert "09872 0000-332" in text_of(answer)
    change.refresh_from_db()
    assert change.status == "on_hold"


def test_an_end_is_shown_as_one(client: Client, household: Household) -> None:
    give_account(household.customer)
    send_bank_change(household, nothing())
    text = text_of(client.get(stop_path(household.user.email)))
    assert "Neu kein Konto mehr" in text


def test_a_post_without_the_token_of_the_form_is_refused(change: Submission) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(stop_path(CONTACT)).status_code == 403
    change.refresh_from_db()
    assert change.status == "on_hold"
