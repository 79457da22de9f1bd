"""What staff do with submissions: release, settle, refuse, ask; and what leaves for the billing system then."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.casework.models import Note, Proposal
from kundenportal.casework.selectors import plausible_readings
from kundenportal.casework.services import (
    Accepted,
    NotAcceptable,
    SecondPersonNeeded,
    accept_plausible_readings,
    accept_submission,
    add_note,
    assign_submissions,
    bulk,
    look_at_submission,
    refuse_submission,
)
from kundenportal.identity.models import StaffMember
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading
from kundenportal.submissions.marks import ChangedMeanwhile, mark_of
from kundenportal.submissions.models import Submission, SubmissionQuestion
from kundenportal.submissions.questions import NotAskable, NothingAsked, answer_question, ask_back
from kundenportal.submissions.selectors import ready_for_export
from kundenportal.submissions.services import withdraw_submission
from kundenportal.submissions.settling import NotSettleable
from tests.at_once import at_once
from tests.banking import give_account, send_bank_change
from tests.cases import accept, ask, fresh
from tests.make import NOW, Household, make_household, make_reading_submission
from tests.snapshot import snapshot
from tests.staff import make_member

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(days=8)
"""After every hold."""

Status = Submission.Status


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.fixture
def clerk() -> StaffMember:
    return make_member()


@pytest.fixture
def colleague() -> StaffMember:
    return make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")


@pytest.fixture
def reading(household: Household) -> Submission:
    return make_reading_submission(household.strom, submitted_by=household.user)


def actions(submission: Submission) -> list[str]:
    return list(
        AuditEntry.objects.filter(subject=submission.reference)
        .order_by("pk")
        .values_list("action", flat=True)
    )


def test_taking_over_releases_and_the_billing_system_settles(
    household: Household, reading: Submission, clerk: StaffMember
) -> None:
    assert accept(reading, clerk) is Accepted.RELEASED
    stored = fresh(reading)
    assert (stored.status, stored.released_at, stored.waits_since) == (Status.RECEIVED, NOW, None)
    assert not OutgoingMail.objects.exists()
    assert not MeterReading.objects.filter(reading_date=NOW.date()).exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.customer_id) == (
        "submission.released",
        f"staff:{clerk.pk}",
        household.customer.pk,
    )
    assert list(ready_for_export(now=NOW)) == [stored]


def test_by_hand_taking_over_settles_the_way_the_billing_system_does(
    household: Household, reading: Submission, clerk: StaffMember, settings: Settings
) -> None:
    settings.STAFF_REVIEW = "manual"
    assert accept(reading, clerk) is Accepted.SETTLED
    assert fresh(reading).status == Status.COMPLETED
    assert MeterReading.objects.filter(register=household.strom, value=24_318).exists()
    assert OutgoingMail.objects.get().kind == "reading_accepted"
    assert AuditEntry.objects.get().actor == f"staff:{clerk.pk}"
    assert not ready_for_export(now=LATER).exists()


@pytest.mark.parametrize(
    ("review", "is_unusual", "is_released", "leaves"),
    [
        ("none", True, False, True),
        ("unusual", False, False, True),
        ("unusual", True, False, False),
        ("unusual", True, True, True),
        ("all", False, False, False),
        ("all", False, True, True),
        ("manual", False, False, False),
        ("manual", True, True, False),
    ],
)
def test_what_needs_a_release_leaves_only_with_one(
    household: Household, settings: Settings, review: str, is_unusual: bool, is_released: bool, leaves: bool
) -> None:
    settings.STAFF_REVIEW = review
    make_reading_submission(household.strom, is_unusual=is_unusual, released_at=NOW if is_released else None)
    assert ready_for_export(now=NOW).exists() == leaves


@pytest.mark.parametrize(
    "status", [Status.QUESTION, Status.COMPLETED, Status.REJECTED, Status.WITHDRAWN, Status.EXPORTED]
)
def test_what_is_not_here_cannot_be_taken_over(household: Household, clerk: StaffMember, status: str) -> None:
    submission = make_reading_submission(household.strom, status=status)
    before = snapshot()
    with pytest.raises(NotAcceptable):
        accept(submission, clerk)
    assert snapshot() == before


def test_what_is_released_already_is_not_released_again(reading: Submission, clerk: StaffMember) -> None:
    accept(reading, clerk)
    before = snapshot()
    with pytest.raises(NotAcceptable):
        accept(reading, clerk)
    assert snapshot() == before


def test_by_hand_one_may_enter_what_an_earlier_export_took_along(
    household: Household, clerk: StaffMember, settings: Settings
) -> None:
    settings.STAFF_REVIEW = "manual"
    submission = make_reading_submission(household.strom, status=Status.EXPORTED)
    assert accept(submission, clerk) is Accepted.SETTLED


def test_refusing_settles_with_the_reason_and_a_mail(reading: Submission, clerk: StaffMember) -> None:
    reason = "Der Stand gehört zu einem anderen Zähler."
    refuse_submission(reading, member=clerk, reason=reason, seen=mark_of(reading), now=NOW)
    stored = fresh(reading)
    assert (stored.status, stored.reason, stored.settled_at) == (Status.REJECTED, reason, NOW)
    assert OutgoingMail.objects.get().kind == "reading_rejected"
    assert (AuditEntry.objects.get().action, AuditEntry.objects.get().actor) == (
        "reading.rejected",
        f"staff:{clerk.pk}",
    )


@pytest.mark.parametrize("status", [Status.EXPORTED, Status.COMPLETED, Status.WITHDRAWN])
def test_what_the_billing_system_has_cannot_be_refused(
    household: Household, clerk: StaffMember, status: str
) -> None:
    submission = make_reading_submission(household.strom, status=status)
    before = snapshot()
    with pytest.raises(NotSettleable):
        refuse_submission(submission, member=clerk, reason="Nein.", seen=mark_of(submission), now=NOW)
    assert snapshot() == before


CHANGES: dict[str, Callable[[Submission, StaffMember, Household], object]] = {
    "withdrawn": lambda it, clerk, home: withdraw_submission(actor=home.user, submission=it, now=NOW),
    "exported": lambda it, clerk, home: Submission.objects.update(status=Status.EXPORTED, waits_since=None),
    "released": lambda it, clerk, home: accept(it, clerk),
    "asked": lambda it, clerk, home: ask(it, clerk),
    "assigned": lambda it, clerk, home: assign_submissions([it], to=clerk, member=clerk, now=NOW),
    "refused": lambda it, clerk, home: refuse_submission(
        it, member=clerk, reason="Nein.", seen=mark_of(it), now=NOW
    ),
}

ACTS: dict[str, Callable[[Submission, StaffMember, str], object]] = {
    "accept": lambda it, member, seen: accept_submission(it, member=member, seen=seen, now=LATER),
    "refuse": lambda it, member, seen: refuse_submission(
        it, member=member, reason="Nein.", seen=seen, now=LATER
    ),
    "ask": lambda it, member, seen: ask_back(it, member=member, text="Wirklich?", seen=seen, now=LATER),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("act", ACTS)
def test_nobody_decides_about_what_he_has_not_seen(
    household: Household,
    reading: Submission,
    clerk: StaffMember,
    colleague: StaffMember,
    change: str,
    act: str,
) -> None:
    seen = mark_of(reading)
    CHANGES[change](reading, clerk, household)
    before = snapshot()
    with pytest.raises(ChangedMeanwhile):
        ACTS[act](reading, colleague, seen)
    assert snapshot() == before


def test_a_mark_is_the_same_before_and_after_it_was_stored(reading: Submission) -> None:
    assert mark_of(reading) == mark_of(fresh(reading))


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_counts(
    reading: Submission, clerk: StaffMember, colleague: StaffMember
) -> None:
    seen = mark_of(reading)

    def take_over() -> str:
        try:
            return accept_submission(reading, member=clerk, seen=seen, now=NOW)
        except ChangedMeanwhile:
            return "changed"

    def refuse() -> str:
        try:
            refuse_submission(reading, member=colleague, reason="Nein.", seen=seen, now=NOW)
        except ChangedMeanwhile:
            return "changed"
        return "refused"

    results = at_once(take_over, refuse, take_over, refuse)
    assert sorted(result == "changed" for result in results) == [False, True, True, True]
    assert (fresh(reading).status == Status.REJECTED) == ("refused" in results)
    assert len(actions(reading)) == 1


def test_a_question_waits_for_the_customer_and_his_answer_for_us(
    household: Household, reading: Submission, clerk: StaffMember
) -> None:
    ask(reading, clerk)
    stored = fresh(reading)
    assert (stored.status, stored.waits_since) == (Status.QUESTION, None)
    assert not ready_for_export(now=NOW).exists()
    assert OutgoingMail.objects.get().kind == "submission_question"
    answer_question(reading, actor=household.user, text="Ja, im Keller.", now=LATER)
    stored = fresh(reading)
    assert (stored.status, stored.waits_since) == (Status.RECEIVED, LATER)
    question = SubmissionQuestion.objects.get()
    assert (question.asked_by, question.answer, question.answered_by) == (
        clerk,
        "Ja, im Keller.",
        household.user,
    )
    assert actions(reading) == ["submission.asked", "submission.answered"]


def test_asking_takes_a_release_back(reading: Submission, clerk: StaffMember) -> None:
    accept(reading, clerk)
    ask(reading, clerk)
    assert fresh(reading).released_at is None


def test_one_is_asked_again_after_one_has_answered(
    household: Household, reading: Submission, clerk: StaffMember
) -> None:
    ask(reading, clerk)
    answer_question(reading, actor=household.user, text="Ja.", now=NOW)
    ask(reading, clerk, "Sicher?")
    assert SubmissionQuestion.objects.count() == 2


@pytest.mark.parametrize("values", [{"status": "exported"}, {"status": "question"}, {"submitted_by": None}])
def test_nobody_is_asked_who_cannot_answer(
    household: Household, clerk: StaffMember, values: dict[str, Any]
) -> None:
    submission = make_reading_submission(household.strom, **{"submitted_by": household.user} | values)
    before = snapshot()
    with pytest.raises(NotAskable):
        ask(submission, clerk)
    assert snapshot() == before


def test_nothing_is_answered_that_was_not_asked(household: Household, reading: Submission) -> None:
    before = snapshot()
    with pytest.raises(NothingAsked):
        answer_question(reading, actor=household.user, text="Ja.", now=NOW)
    assert snapshot() == before


def test_who_is_asked_may_withdraw_instead(
    household: Household, reading: Submission, clerk: StaffMember
) -> None:
    ask(reading, clerk)
    withdraw_submission(actor=household.user, submission=reading, now=NOW)
    assert (fresh(reading).status, fresh(reading).waits_since) == (Status.WITHDRAWN, None)


def make_bank_change(household: Household) -> Submission:
    give_account(household.customer)
    return send_bank_change(household)


def test_a_bank_change_is_proposed_by_one_and_released_by_another(
    household: Household, clerk: StaffMember, colleague: StaffMember, settings: Settings
) -> None:
    settings.BANK_FOUR_EYES = True
    change = make_bank_change(household)
    assert accept(change, clerk) is Accepted.PROPOSED
    assert not ready_for_export(now=LATER).exists()
    before = snapshot()
    with pytest.raises(SecondPersonNeeded):
        accept(change, clerk)
    assert snapshot() == before
    assert accept(change, colleague) is Accepted.RELEASED
    assert Proposal.objects.get().proposed_by == clerk
    assert not ready_for_export(now=NOW).exists(), "its hold is not over"
    assert ready_for_export(now=LATER).exists()


@pytest.mark.django_db(transaction=True)
def test_one_person_is_never_both_also_at_the_same_moment(
    household: Household, clerk: StaffMember, settings: Settings
) -> None:
    settings.BANK_FOUR_EYES = True
    change = make_bank_change(household)

    def try_it() -> str:
        try:
            return accept(change, clerk)
        except (SecondPersonNeeded, ChangedMeanwhile) as refusal:
            return type(refusal).__name__

    results = at_once(*[try_it] * 4)
    assert results.count(Accepted.PROPOSED) == 1
    assert fresh(change).released_at is None


def test_without_four_eyes_a_bank_change_leaves_by_its_own_time(household: Household) -> None:
    make_bank_change(household)
    assert not ready_for_export(now=NOW).exists()
    assert ready_for_export(now=LATER).exists()


def test_by_hand_a_bank_change_waits_for_its_hold(
    household: Household, clerk: StaffMember, settings: Settings
) -> None:
    settings.STAFF_REVIEW = "manual"
    change = make_bank_change(household)
    before = snapshot()
    with pytest.raises(NotAcceptable):
        accept(change, clerk)
    assert snapshot() == before
    assert accept(change, clerk, now=LATER) is Accepted.SETTLED


def test_plausible_readings_are_taken_over_at_once(
    household: Household, clerk: StaffMember, colleague: StaffMember
) -> None:
    plain = [make_reading_submission(household.strom) for _ in range(3)]
    unusual = make_reading_submission(household.gas, is_unusual=True)
    taken = make_reading_submission(household.gas, assigned_to=colleague)
    late = make_reading_submission(household.wasser)
    result = accept_plausible_readings(member=clerk, up_to=taken.pk, now=NOW)
    assert (result.accepted, result.changed, result.failed) == (3, [], [])
    assert all(fresh(each).released_at for each in plain)
    assert not any(fresh(each).released_at for each in (unusual, taken, late))
    assert AuditEntry.objects.filter(action="submission.released").count() == 3
    assert list(plausible_readings(clerk)) == [late]


def test_a_fault_in_one_leaves_the_others_taken_over(
    household: Household, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, broken, changed, last = [make_reading_submission(household.strom) for _ in range(4)]

    def fail_on_the_way(submission: Submission, **arguments: Any) -> Accepted:
        if submission == broken:
            raise DatabaseError
        if submission == changed:
            Submission.objects.filter(pk=changed.pk).update(status=Status.WITHDRAWN, waits_since=None)
        return accept_submission(submission, **arguments)

    monkeypatch.setattr(bulk, "accept_submission", fail_on_the_way)
    result = accept_plausible_readings(member=clerk, up_to=last.pk, now=NOW)
    assert (result.accepted, result.changed, result.failed) == (2, [changed.reference], [broken.reference])
    assert [bool(fresh(each).released_at) for each in (first, broken, changed, last)] == [
        True,
        False,
        False,
        True,
    ]


def test_opening_is_one_entry_and_colleagues_see_it(
    reading: Submission, clerk: StaffMember, colleague: StaffMember
) -> None:
    assert look_at_submission(reading, member=clerk, now=NOW) == []
    look_at_submission(reading, member=clerk, now=NOW + dt.timedelta(minutes=2))
    assert actions(reading) == ["submission.viewed"]
    (present,) = look_at_submission(reading, member=colleague, now=NOW + dt.timedelta(minutes=3))
    assert (present.member, present.since) == (clerk, NOW)
    assert actions(reading) == ["submission.viewed"] * 2
    assert look_at_submission(reading, member=colleague, now=NOW + dt.timedelta(minutes=20)) == []


def test_who_opens_another_one_has_left_the_first(
    household: Household, reading: Submission, clerk: StaffMember, colleague: StaffMember
) -> None:
    look_at_submission(reading, member=clerk, now=NOW)
    look_at_submission(make_reading_submission(household.gas), member=clerk, now=NOW)
    assert look_at_submission(reading, member=colleague, now=NOW) == []
    look_at_submission(reading, member=clerk, now=NOW)
    assert actions(reading).count("submission.viewed") == 3


def test_assigning_records_what_changed_hands(
    household: Household, reading: Submission, clerk: StaffMember, colleague: StaffMember
) -> None:
    other = make_reading_submission(household.gas, assigned_to=colleague)
    assert assign_submissions([reading, other], to=colleague, member=clerk, now=NOW) == 1
    assert fresh(reading).assigned_to == colleague
    assert actions(other) == []
    assert assign_submissions([reading], to=None, member=clerk, now=NOW) == 1
    assert [entry.details for entry in AuditEntry.objects.order_by("pk")] == [
        {"to": f"staff:{colleague.pk}"},
        {"to": ""},
    ]


def test_a_note_is_kept_with_its_author(reading: Submission, clerk: StaffMember) -> None:
    add_note(reading, member=clerk, text="Telefonisch geklärt.", now=NOW)
    note = Note.objects.get()
    assert (note.author, note.text, note.submission) == (clerk, "Telefonisch geklärt.", reading)
    assert actions(reading) == ["submission.noted"]
