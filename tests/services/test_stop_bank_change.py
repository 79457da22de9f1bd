"""The link that stops a change of bank accounts, alone and against the export, in both orders."""

import datetime as dt
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from kundenportal.audit.models import AuditEntry
from kundenportal.banking.models import BankDetailsChange, WantedAccount
from kundenportal.banking.stopping import StopLinkExpired, change_to_stop, stop_change
from kundenportal.customers.models import Customer
from kundenportal.erp.outbound.export import export_submissions
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import withdraw_submission
from tests.all_or_nothing import assert_all_or_nothing
from tests.at_once import at_once, wait_until_somebody_waits
from tests.banking import give_account, send_bank_change, stop_token
from tests.make import NOW, Household, make_household
from tests.security_mails import link_in, recipients, text_of_mail
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
CONTACT = "rechnung@beispiel.de"
HELD = NOW + 8 * DAY
"""After the wait of a change, whose access is young in these tests."""


@pytest.fixture
def household() -> Household:
    household = make_household()
    Customer.objects.update(contact_email=CONTACT)
    household.customer.refresh_from_db()
    give_account(household.customer)
    return household


def export(directory: Path, now: dt.datetime = HELD) -> int:
    return sum(batch.submissions for batch in export_submissions(directory, file_format="csv", now=now))


@pytest.mark.parametrize("recipient", [CONTACT, "m.bauer@beispiel.de"])
def test_everybody_who_was_told_can_stop_a_change(household: Household, recipient: str) -> None:
    submission = send_bank_change(household)
    token = stop_token(recipient)
    assert change_to_stop(token, now=NOW) == submission
    stopped = stop_change(token=token, now=NOW + DAY)
    assert (stopped.status, stopped.settled_at) == ("withdrawn", NOW + DAY)
    assert BankDetailsChange.objects.get().stopped_at == NOW + DAY
    assert not WantedAccount.objects.filter(is_open=True).exists()
    entry = AuditEntry.objects.get(action="bank.stopped")
    assert (entry.actor, entry.subject) == ("visitor", submission.reference)
    assert recipients("bank_stopped") == sorted([household.user.email, CONTACT])


def test_stopping_leaves_the_login_alone(household: Household) -> None:
    send_bank_change(household)
    before = list(type(household.user).objects.values())
    stop_change(token=stop_token(CONTACT), now=NOW)
    assert list(type(household.user).objects.values()) == before


def test_the_contract_s_address_is_told_also_when_the_login_is_gone(household: Household) -> None:
    send_bank_change(household)
    token = stop_token(CONTACT)
    Submission.objects.update(submitted_by=None)
    stop_change(token=token, now=NOW)
    assert recipients("bank_stopped") == [CONTACT]


def test_pressing_again_or_another_s_link_changes_nothing(household: Household) -> None:
    send_bank_change(household)
    tokens = [stop_token(CONTACT), stop_token(household.user.email)]
    stop_change(token=tokens[0], now=NOW)
    before = snapshot()
    for token in tokens:
        assert stop_change(token=token, now=NOW).status == "withdrawn"
    assert snapshot() == before


def test_a_change_that_was_withdrawn_or_rejected_needs_no_stop(household: Household) -> None:
    submission = send_bank_change(household)
    token = stop_token(CONTACT)
    withdraw_submission(actor=household.user, submission=submission, now=NOW)
    before = snapshot()
    stop_change(token=token, now=NOW)
    Submission.objects.update(status="rejected")
    stop_change(token=token, now=NOW)
    Submission.objects.update(status="withdrawn")
    assert snapshot() == before


@pytest.mark.parametrize("status", ["exported", "completed"])
def test_who_comes_too_late_alarms_the_utility_once(household: Household, status: str) -> None:
    submission = send_bank_change(household)
    tokens = [stop_token(CONTACT), stop_token(household.user.email)]
    Submission.objects.update(status=status)
    for token in tokens:
        assert stop_change(token=token, now=HELD).status == status
    assert BankDetailsChange.objects.get().disputed_at == HELD
    assert AuditEntry.objects.filter(action="bank.disputed", subject=submission.reference).count() == 1
    (mail,) = OutgoingMail.objects.filter(kind="bank_disputed")
    assert mail.recipient == "service@stadtwerke-musterbach.example"
    text = text_of_mail(mail)
    assert submission.reference in text
    assert "gesperrt" in text
    assert "Bauer" not in text


@pytest.mark.parametrize("token", ["", "x" * 27])
def test_an_unknown_link_stops_nothing(household: Household, token: str) -> None:
    send_bank_change(household)
    before = snapshot()
    with pytest.raises(StopLinkExpired):
        stop_change(token=token, now=NOW)
    assert snapshot() == before


def test_the_link_is_open_for_thirty_days(household: Household) -> None:
    send_bank_change(household)
    token = stop_token(CONTACT)
    assert change_to_stop(token, now=NOW + 29 * DAY) is not None
    assert change_to_stop(token, now=NOW + 30 * DAY) is None


def test_a_link_of_another_purpose_stops_nothing(household: Household) -> None:
    send_bank_change(household)
    mail = OutgoingMail.objects.get(kind="bank_requested", recipient=CONTACT)
    with pytest.raises(StopLinkExpired):
        stop_change(token=link_in(mail, "/das-war-ich-nicht/").split("/")[2], now=NOW)


def test_a_fault_in_any_statement_of_stopping_leaves_nothing_behind(household: Household) -> None:
    send_bank_change(household)
    token = stop_token(CONTACT)
    assert_all_or_nothing(lambda: stop_change(token=token, now=NOW))


def test_nothing_leaves_before_the_wait_is_over(household: Household, tmp_path: Path) -> None:
    submission = send_bank_change(household)
    assert submission.held_until is not None
    assert export(tmp_path, submission.held_until - DAY / 86400) == 0
    assert export(tmp_path, submission.held_until) == 1
    submission.refresh_from_db()
    assert submission.status == "exported"


def test_what_is_on_hold_without_an_end_never_leaves(household: Household, tmp_path: Path) -> None:
    send_bank_change(household)
    Submission.objects.update(held_until=None)
    assert export(tmp_path, NOW + 400 * DAY) == 0


@pytest.mark.django_db(transaction=True)
def test_two_stops_at_once_are_one(household: Household) -> None:
    send_bank_change(household)
    tokens = [stop_token(CONTACT), stop_token(household.user.email)] * 2
    results = at_once(*[lambda token=token: stop_change(token=token, now=NOW).status for token in tokens])
    assert results == ["withdrawn"] * 4
    assert AuditEntry.objects.filter(action="bank.stopped").count() == 1
    assert OutgoingMail.objects.filter(kind="bank_stopped").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_come_too_late_at_once_alarm_the_utility_once(household: Household) -> None:
    send_bank_change(household)
    tokens = [stop_token(CONTACT), stop_token(household.user.email)] * 2
    Submission.objects.update(status="exported")
    results = at_once(*[lambda token=token: stop_change(token=token, now=HELD).status for token in tokens])
    assert results == ["exported"] * 4
    assert OutgoingMail.objects.filter(kind="bank_disputed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_export_and_stop_at_once_never_both_win(household: Household, tmp_path: Path) -> None:
    for number in range(6):
        send_bank_change(household, key=f"key-{number}")
        token = stop_token(CONTACT)
        results = at_once(
            lambda token=token: stop_change(token=token, now=HELD).status,
            lambda number=number: export(tmp_path / str(number)),
        )
        status = Submission.objects.latest("pk").status
        told = [each for each in results if isinstance(each, str)]
        assert told == [status]
        assert (status, 1 in results) in {("withdrawn", False), ("exported", True)}
        Submission.objects.update(status="rejected")
        WantedAccount.objects.update(is_open=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time: nobody waits inside")
@pytest.mark.parametrize("first", ["stop", "export"])
def test_whoever_holds_the_row_first_wins(household: Household, tmp_path: Path, first: str) -> None:
    """Hold one transaction open until the other waits for it, in both orders."""
    send_bank_change(household)
    token = stop_token(CONTACT)
    has_locked = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            submission = Submission.objects.select_for_update().get()
            submission.status = "withdrawn" if first == "stop" else "exported"
            submission.save()
            has_locked.set()
            wait_until_somebody_waits()

    def other() -> object:
        has_locked.wait()
        return export(tmp_path) if first == "stop" else stop_change(token=token, now=HELD).status

    assert at_once(hold, other) == [None, 0 if first == "stop" else "exported"]
