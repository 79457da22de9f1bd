"""Taking in the meter readings of a household: from a login, or with a link."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Premise
from kundenportal.identity.models import User
from kundenportal.metering.mails import READING_RECEIVED
from kundenportal.metering.models import ReadingSubmission, SubmittedReading
from kundenportal.metering.photos import attach_photos
from kundenportal.metering.rules import Claim, Impossible, Plausible, Unusual, Verdict
from kundenportal.metering.services.assessing import (
    ReadingToSubmit,
    lock_readings,
    readable_registers,
    verdict_on,
)
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import Start, open_submission, settle, tell_sender


@dataclass(frozen=True)
class Sender:
    """Who sends readings, and how they reach us.

    Attributes:
        actor: what the audit trail calls it, such as ``user:17``.
        channel: how they reach us.
        user: the login, if there is one.
        replaceable: the submissions whose values may be replaced, None for all that are not exported.

    """

    actor: str
    channel: Submission.Channel
    user: User | None = None
    replaceable: Collection[int] | None = None


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
    photos: Mapping[int, str] | None = None,
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
        photos: the ids of the uploads that show meters, by the meters' ids.

    Raises:
        ReadingRejected: when a value is impossible, or unusual and not confirmed.
        UploadGone: when a photo is not there any more.

    """
    sender = Sender(actor.actor, Submission.Channel.PORTAL, actor)
    submission = take_in_readings(
        sender, premise=premise, readings=readings, confirmed=confirmed, key=key, now=now
    )
    attach_photos(submission, actor, photos or {})
    return submission


def take_in_readings(
    sender: Sender,
    *,
    premise: Premise,
    readings: Sequence[ReadingToSubmit],
    confirmed: Collection[int],
    key: str,
    now: dt.datetime,
) -> Submission:
    """Do what ``submit_meter_readings`` says for any sender, in the caller's transaction.

    Raises:
        ReadingRejected: when a value is impossible, or unusual and not confirmed.
        ValueError: when there is no value at all, which no form lets through.

    """
    if not readings:
        raise ValueError("at least one reading is needed")
    lock_readings(premise)
    if sent := Submission.objects.filter(idempotency_key=key, premise=premise).first():
        return sent
    verdicts = _assess(sender, premise, readings, today=local_date(now, settings.UTILITY_TIME_ZONE))
    _refuse_unconfirmed(verdicts, confirmed)
    submission = open_submission(
        Submission.Kind.METER_READING,
        premise=premise,
        actor=sender.user,
        key=key,
        now=now,
        channel=sender.channel,
        start=Start(is_unusual=any(isinstance(verdict, Unusual) for verdict in verdicts.values())),
    )
    rows = _store(submission, readings, verdicts)
    replaced = _replace(readings, rows, now)
    record(
        "reading.submitted",
        actor=sender.actor,
        now=now,
        customer_id=premise.customer_id,
        subject=submission.reference,
        details={"readings": len(rows), "replaced": replaced},
    )
    tell_sender(READING_RECEIVED, submission, now=now)
    return submission


def _assess(
    sender: Sender, premise: Premise, readings: Sequence[ReadingToSubmit], *, today: dt.date
) -> dict[int, Verdict]:
    """Return what the rule says of each value, by its register."""
    registers = readable_registers(premise, today=today, replaceable=sender.replaceable)
    return {
        each.register_id: verdict_on(each, registers.get(each.register_id), today=today) for each in readings
    }


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
    """Let new values take the place of sent ones; return how many. The verdicts have seen that they may."""
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
