"""Every kind of submission has the same shape: one spine, one detail, one audit entry, one mail, or nothing."""

import contextlib
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model, OneToOneField
from django.template.loader import get_template

from kundenportal.audit.models import AuditEntry
from kundenportal.casework.settling import SETTLE
from kundenportal.erp.outbound.export import TABLES
from kundenportal.identity.models import AttemptCounter
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.services import place_public_readings, public
from kundenportal.selfservice.submission_kinds import KINDS
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import withdraw_submission
from kundenportal.submissions.settling import ERP
from kundenportal.ui.icons import icon_markup
from kundenportal.ui.tones import TONES
from tests.all_or_nothing import FaultError, assert_all_or_nothing, fault_at
from tests.at_once import at_once
from tests.make import NOW, Household, make_household
from tests.sending import SENDERS, WITHOUT_LOGIN, Send, send_in_public
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

Act = Callable[[], object]

DETAILS: list[type[Model]] = [
    field.model
    for relation in Submission._meta.related_objects
    if isinstance(field := relation.field, OneToOneField) and field.primary_key
]
"""The detail rows of all kinds: their primary key is the submission."""


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.fixture(params=Submission.Kind.values)
def send(request: pytest.FixtureRequest, household: Household) -> Send:
    return SENDERS[request.param](household)


def counts() -> tuple[int, ...]:
    """Return how many spines, details, audit entries and mails there are."""
    details = sum(model._base_manager.count() for model in DETAILS)
    return Submission.objects.count(), details, AuditEntry.objects.count(), OutgoingMail.objects.count()


def test_every_kind_is_handled_everywhere() -> None:
    kinds = set(Submission.Kind.values)
    assert set(SENDERS) == kinds
    assert set(KINDS) == kinds
    assert set(SETTLE) == kinds
    assert {table.kind for table in TABLES} == kinds
    assert len({table.name for table in TABLES}) == len(TABLES) == len(kinds)
    assert len(DETAILS) == len(kinds)


def test_every_channel_is_tried() -> None:
    assert {Submission.Channel.PORTAL, *WITHOUT_LOGIN} == set(Submission.Channel)


@pytest.mark.parametrize("channel", WITHOUT_LOGIN)
def test_sending_without_a_login_makes_one_of_each_or_nothing(
    channel: str, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each try counts, also one that fails.
    monkeypatch.setattr(public, "MAX_PER_METER", 1000)
    monkeypatch.setattr(public, "MAX_PER_PLACE", 1000)
    monkeypatch.setattr(public, "MAX_MAILS", 1000)
    send = WITHOUT_LOGIN[channel](household)
    made = AuditEntry.objects.count()
    assert_all_or_nothing(lambda: send("key-1"), but=[AttemptCounter])
    spines, details, entries, mails = counts()
    assert (spines, details, entries - made, mails) == (1, 1, 1, 1)
    submission = Submission.objects.get()
    assert (submission.channel, submission.submitted_by) == (channel, None)
    assert AuditEntry.objects.latest("pk").subject == submission.reference


def test_placing_a_report_changes_everything_or_nothing(household: Household) -> None:
    send_in_public(household)("key-1")
    before = snapshot()
    for position in itertools.count():
        with contextlib.suppress(FaultError), fault_at(position):
            place_public_readings(NOW)
            break
        # The last statement looks whether another report waits; by then this one is placed.
        assert snapshot() == before or counts() == (1, 1, 2, 2), position
    assert position > 10
    assert counts() == (1, 1, 2, 2)


def test_every_kind_and_status_can_be_shown() -> None:
    for kind in KINDS.values():
        assert get_template(kind.template)
        assert icon_markup(kind.icon)
    assert set(TONES) == set(Submission.Status.values)


def test_sending_makes_one_of_each(send: Send) -> None:
    submission = send("key-1")
    assert counts() == (1, 1, 1, 1)
    assert AuditEntry.objects.get().subject == submission.reference
    assert OutgoingMail.objects.get().customer_id == submission.customer_id


def test_sending_stores_nothing_when_any_statement_fails(send: Send) -> None:
    assert_all_or_nothing(lambda: send("key-1"))
    assert counts() == (1, 1, 1, 1)


def test_sending_twice_with_one_key_gives_one_submission(send: Send) -> None:
    first = send("key-1")
    stored = snapshot()
    assert send("key-1") == first
    assert snapshot() == stored


@pytest.mark.django_db(transaction=True)
def test_a_double_click_gives_one_submission(send: Send) -> None:
    results = at_once(*[lambda: send("key-1").pk] * 4)
    assert len(set(results)) == 1
    assert counts() == (1, 1, 1, 1)


def test_withdrawing_makes_one_audit_entry_and_one_mail(send: Send, household: Household) -> None:
    submission = send("key-1")
    assert_all_or_nothing(lambda: withdraw(submission, household))
    assert counts() == (1, 1, 2, 2)
    withdraw(submission, household)
    assert counts() == (1, 1, 2, 2)


def withdraw(submission: Submission, household: Household) -> None:
    withdraw_submission(actor=household.user, submission=submission, now=NOW)


@pytest.mark.parametrize("outcome", ["accepted", "rejected"])
def test_a_result_makes_one_audit_entry_and_one_mail(send: Send, outcome: Any) -> None:
    submission = send("key-1")
    Submission.objects.update(status=Submission.Status.EXPORTED)
    submission.refresh_from_db()
    settle = SETTLE[submission.kind]
    assert_all_or_nothing(lambda: settle(submission, outcome=outcome, reason="Weil.", by=ERP, now=NOW))
    assert counts() == (1, 1, 2, 2)
    assert Submission.objects.get().reason in {"Weil.", ""}
    settle(submission, outcome=outcome, reason="Weil.", by=ERP, now=NOW)
    assert counts() == (1, 1, 2, 2)
