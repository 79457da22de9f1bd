"""Taking in meter readings, and settling them when the billing system has answered."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Premise
from kundenportal.identity.models import User
from kundenportal.metering.mails import READING_ACCEPTED, READING_RECEIVED, READING_REJECTED
from kundenportal.metering.models import Meter, MeterReading, ReadingSubmission, SubmittedReading
from kundenportal.metering.rules import Claim, Impossible, NewReading, Plausible, Refusal, Unusual, Verdict
from kundenportal.metering.selectors import meters_to_read
from kundenportal.metering.to_read import RegisterToRead
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import open_submission, settle, tell_sender
from kundenportal.submissions.settling import Outcome, settle_exported


@dataclass(frozen=True)
class ReadingToSubmit:
    """One value to send. ``replaces`` is the id of a sent value that it shall take the place of."""

    register_id: int
    reading: NewReading
    reason: str = ""
    remark: str = ""
    replaces: int | None = None


class ReadingRejected(Exception):
    """At least one reading is impossible, or unusual and not confirmed; nothing was stored.

    ``verdicts`` has the verdict of each such register by its id.
    """

    def __init__(self, verdicts: Mapping[int, Verdict]) -> None:
        super().__init__(f"rejected: {dict(verdicts)}")
        self.verdicts = verdicts


@transaction.atomic(durable=True)
def submit_meter_readings(
    *,
    actor: User,
    premise: Premise,
    readings: Sequence[ReadingToSubmit],
    confirmed: Collection[int],
    key: str,
    now: dt.datetime,
) -> Submission:
    """Store what a customer read off as one submission, with its audit entry and its mail.

    The meters are locked and every value is assessed again. A value that replaces an earlier one takes its
    place as long as that one is not exported; a submission with nothing left in it is withdrawn. The same
    key a second time gives the submission of the first.

    Args:
        actor: the login that sends.
        premise: the place of consumption; the caller has checked that the login may see it.
        readings: at least one value, at most one for each register.
        confirmed: the ids of the registers whose unusual value the customer has confirmed.
        key: the idempotency key of the form.
        now: when, aware.

    Raises:
        ReadingRejected: when a value is impossible, or unusual and not confirmed.

    """
    if not readings:
        raise ValueError("at least one reading is needed")
    _lock(premise)
    if sent := Submission.objects.filter(idempotency_key=key, premise=premise).first():
        return sent
    verdicts = _assess(premise, readings, local_date(now, settings.UTILITY_TIME_ZONE))
    _refuse_unconfirmed(verdicts, confirmed)
    submission = open_submission(
        Submission.Kind.METER_READING, premise=premise, actor=actor, key=key, now=now
    )
    rows = _store(submission, readings, verdicts)
    replaced = _replace(readings, rows, now)
    record(
        "reading.submitted",
        actor=f"user:{actor.pk}",
        now=now,
        customer_id=premise.customer_id,
        subject=submission.reference,
        details={"readings": len(rows), "replaced": replaced},
    )
    tell_sender(READING_RECEIVED, submission, now=now)
    return submission


def settle_reading_submission(
    submission: Submission, *, outcome: Outcome, reason: str, now: dt.datetime
) -> None:
    """Take in the billing system's answer to a submission of readings; ``settle_exported`` says how.

    An accepted value becomes a reading of its register, unless one of that day stands already.
    """
    settle_exported(
        submission,
        outcome=outcome,
        reason=reason,
        now=now,
        topic="reading",
        take_over=_take_over,
        mails={"accepted": READING_ACCEPTED, "rejected": READING_REJECTED},
    )


def _lock(premise: Premise) -> None:
    """Make everybody else who would send readings for this premise, or export them, wait."""
    list(Meter.objects.select_for_update().filter(premise=premise).order_by("pk").values_list("pk"))
    list(
        Submission.objects.select_for_update()
        .filter(premise=premise, status=Submission.Status.RECEIVED)
        .order_by("pk")
        .values_list("pk")
    )


def _assess(premise: Premise, readings: Sequence[ReadingToSubmit], today: dt.date) -> dict[int, Verdict]:
    registers = {
        register.id: register
        for meter in meters_to_read(premise, today=today)
        if meter.closed is None
        for register in meter.registers
    }
    return {each.register_id: _verdict(each, registers.get(each.register_id), today) for each in readings}


def _verdict(item: ReadingToSubmit, register: RegisterToRead | None, today: dt.date) -> Verdict:
    if register is None:
        return Impossible(Refusal.NOT_READABLE)
    return register.assess(
        item.reading,
        today=today,
        max_age_days=settings.UTILITY.readings.max_age_days,
        replaces=item.replaces,
    )


def _refuse_unconfirmed(verdicts: Mapping[int, Verdict], confirmed: Collection[int]) -> None:
    refused = {
        register_id: verdict
        for register_id, verdict in verdicts.items()
        if isinstance(verdict, Impossible) or (isinstance(verdict, Unusual) and register_id not in confirmed)
    }
    if refused:
        raise ReadingRejected(refused)


def _store(
    submission: Submission, readings: Sequence[ReadingToSubmit], verdicts: Mapping[int, Verdict]
) -> list[SubmittedReading]:
    detail = ReadingSubmission.objects.create(submission=submission)
    check = SubmittedReading.Check
    return SubmittedReading.objects.bulk_create(
        SubmittedReading(
            reading_submission=detail,
            register_id=each.register_id,
            reading_date=each.reading.date,
            value=each.reading.value,
            check_result=check.PLAUSIBLE
            if isinstance(verdicts[each.register_id], Plausible)
            else check.CONFIRMED,
            reason=each.reason or _claimed(each.reading.claim, verdicts[each.register_id]),
            remark=each.remark,
        )
        for each in readings
    )


def _claimed(claim: Claim | None, verdict: Verdict) -> str:
    """Return what the customer claimed, as far as it made a difference."""
    if claim is None or not isinstance(verdict, Unusual) or claim.value not in verdict.doubts:
        return ""
    return SubmittedReading.Reason(claim.value)


def _replace(readings: Sequence[ReadingToSubmit], rows: Sequence[SubmittedReading], now: dt.datetime) -> int:
    """Let new values take the place of sent ones; return how many. ``_assess`` has seen that they may."""
    replaced = [
        SubmittedReading(pk=each.replaces, replaced_by=row)
        for each, row in zip(readings, rows, strict=True)
        if each.replaces is not None
    ]
    if replaced:
        SubmittedReading.objects.bulk_update(replaced, ["replaced_by"])
        _withdraw_emptied([each.pk for each in replaced], now)
    return len(replaced)


def _withdraw_emptied(replaced: Sequence[int], now: dt.datetime) -> None:
    """Withdraw the submissions that these values were the last to count in."""
    emptied = Submission.objects.filter(reading_submission__readings__in=replaced).exclude(
        reading_submission__readings__in=SubmittedReading.objects.filter(replaced_by=None)
    )
    for submission in emptied.distinct():
        settle(submission, Submission.Status.WITHDRAWN, reason="", now=now)


def _take_over(submission: Submission, now: dt.datetime) -> None:  # noqa: ARG001
    MeterReading.objects.bulk_create(
        [
            MeterReading(
                register_id=each.register_id,
                reading_date=each.reading_date,
                value=each.value,
                origin=MeterReading.Origin.REPORTED,
            )
            for each in SubmittedReading.objects.filter(reading_submission_id=submission.pk, replaced_by=None)
        ],
        ignore_conflicts=True,
    )
