"""Taking a submission back: until it is exported, once, confirmed by mail."""

import datetime as dt

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.erp.outbound.export import export_submissions
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.reading_task import reading_task
from kundenportal.metering.selectors import meters_to_read
from kundenportal.metering.use_history import register_histories
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import NotWithdrawable, withdraw_submission
from tests.at_once import at_once
from tests.make import NOW, TODAY, Household, make_household, make_reading_submission, make_user
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.mark.parametrize("status", ["received", "on_hold"])
def test_what_is_not_exported_is_withdrawn(household: Household, status: str) -> None:
    submission = make_reading_submission(household.strom, status=status, submitted_by=household.user)

    withdraw_submission(actor=household.user, submission=submission, now=LATER)

    submission.refresh_from_db()
    assert (submission.status, submission.settled_at, submission.reason) == ("withdrawn", LATER, "")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject, entry.customer_id, entry.at) == (
        "submission.withdrawn",
        f"user:{household.user.pk}",
        submission.reference,
        household.customer.pk,
        LATER,
    )
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.context) == (
        "submission_withdrawn",
        household.user.email,
        {"submission": submission.pk},
    )


@pytest.mark.parametrize("status", ["exported", "completed", "rejected"])
def test_what_the_billing_system_has_stays(household: Household, status: str) -> None:
    submission = make_reading_submission(household.strom, status=status)
    before = snapshot()
    with pytest.raises(NotWithdrawable):
        withdraw_submission(actor=household.user, submission=submission, now=LATER)
    assert snapshot() == before


def test_the_second_time_changes_nothing(household: Household) -> None:
    submission = make_reading_submission(household.strom)
    withdraw_submission(actor=household.user, submission=submission, now=NOW)
    before = snapshot()
    withdraw_submission(actor=household.user, submission=submission, now=LATER)
    assert snapshot() == before


def test_a_stale_page_does_not_decide(household: Household) -> None:
    submission = make_reading_submission(household.strom)
    Submission.objects.update(status="exported")
    with pytest.raises(NotWithdrawable):
        withdraw_submission(actor=household.user, submission=submission, now=LATER)


def test_who_took_it_back_is_told_whoever_sent_it(household: Household) -> None:
    sender = make_user(email="a.bauer@beispiel.de")
    submission = make_reading_submission(household.strom, submitted_by=sender)
    withdraw_submission(actor=household.user, submission=submission, now=NOW)
    assert OutgoingMail.objects.get().recipient == household.user.email


def test_a_withdrawn_reading_counts_no_more(household: Household) -> None:
    submission = make_reading_submission(household.strom)
    withdraw_submission(actor=household.user, submission=submission, now=NOW)
    (strom, *_) = meters_to_read(household.premise, today=TODAY)
    assert strom.registers[0].sent == ()
    assert reading_task(register_histories(household.premise), today=TODAY).readable


@pytest.mark.django_db(transaction=True)
def test_an_export_at_the_same_time_takes_it_along_or_leaves_it(household: Household, tmp_path) -> None:
    submission = make_reading_submission(household.strom)

    def withdraw() -> str:
        try:
            withdraw_submission(actor=household.user, submission=submission, now=NOW)
        except NotWithdrawable:
            return "exported"
        return "withdrawn"

    def export() -> str:
        return "exported" if export_submissions(tmp_path, file_format="csv", now=NOW) else "withdrawn"

    results = at_once(withdraw, export)
    submission.refresh_from_db()
    assert set(results) == {submission.status}
    assert (submission.batch_id is not None) == (submission.status == "exported")
