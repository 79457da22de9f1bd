"""Finding the meters of readings without a login: by the job runner, else by staff (docs/adr/0008)."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kundenportal.audit.services import record
from kundenportal.core.dates import local_date
from kundenportal.identity.throttle import allow
from kundenportal.metering.findings import findings_of
from kundenportal.metering.mails import READING_REPORTED
from kundenportal.metering.models import Meter, PublicReport, ReportedValue, SubmittedReading
from kundenportal.metering.public_reports import Match, can_be_placed, find_meter
from kundenportal.metering.rules import Plausible
from kundenportal.metering.services.assessing import assess_reported, lock_readings, readable_registers
from kundenportal.metering.to_read import RegisterToRead
from kundenportal.submissions.locks import lock_submission
from kundenportal.submissions.marks import check_mark
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import tell_holder

PER_RUN = 200
"""How many reports one run places, so that the jobs beside it get their turn."""

MAX_NOTICES, _DAY = 3, dt.timedelta(days=1)
"""Notices a day to whoever holds a customer."""


class NotPlaceable(Exception):
    """The report belongs to a meter already, is settled, or has left for the billing system."""


class RegistersUnclear(ValueError):
    """Not every value has a register of the meter for its own."""


def place_public_readings(now: dt.datetime) -> int:
    """Find the meters of the reports that wait, assess their values, and return how many there were.

    Each is placed in a transaction of its own under a lock that others step over, so that many job runners
    may do this at once and each report is placed once.
    """
    count = 0
    # Looking first keeps an idle job runner from taking the write lock.
    while count < PER_RUN and _waiting().exists() and _place_next(now):
        count += 1
    return count


def place_report(
    submission: Submission,
    *,
    meter: Meter,
    register_ids: Sequence[int],
    actor: str,
    seen: str,
    now: dt.datetime,
) -> None:
    """Give a report that matched no meter the one that somebody of the staff found for it.

    From then on it is like one that the job runner placed: assessed, told to whoever holds the customer, and
    waiting to be settled.

    Args:
        submission: the report's submission; it is locked here.
        meter: the meter, with its premise.
        register_ids: the register of each value, in the order they were typed.
        actor: who found it, ``User.actor``.
        seen: the mark of the submission when it was shown (``submissions.marks``).
        now: when, aware.

    Raises:
        ChangedMeanwhile: when it is not what he had in view.
        NotPlaceable: when it is not for staff to place now.
        RegistersUnclear: when the registers do not fit the values; nothing changed.

    """
    with transaction.atomic(durable=True):
        locked = lock_submission(submission)
        check_mark(locked, seen)
        if not can_be_placed(locked):
            raise NotPlaceable(locked.reference)
        _match(locked, meter, register_ids, actor=actor, now=now)
        _tell_holder(locked, now)


def _match(
    submission: Submission, meter: Meter, register_ids: Sequence[int], *, actor: str, now: dt.datetime
) -> None:
    """Give a report the readings of this meter, and write down who found it."""
    report = PublicReport.objects.select_for_update().get(pk=submission.pk)
    values = list(report.values.order_by("pk"))
    own = set(meter.registers.filter(ended_at=None).values_list("pk", flat=True))
    if len(values) != len(register_ids) or len(own & set(register_ids)) != len(values):
        raise RegistersUnclear(register_ids)
    match = Match(meter.premise, tuple(register_ids))
    submission.is_unusual = _place(submission, report, match, values)
    submission.save(update_fields=["is_unusual", "customer", "premise"])
    report.placement = PublicReport.Placement.MATCHED
    report.save(update_fields=["placement"])
    record(
        "reading.matched",
        actor=actor,
        now=now,
        customer_id=submission.customer_id,
        subject=submission.reference,
        details={"typed": report.meter_number, "meter": meter.meter_number},
    )


def _waiting() -> QuerySet[PublicReport]:
    return PublicReport.objects.filter(placement=PublicReport.Placement.WAITING).order_by("pk")


def _place_next(now: dt.datetime) -> bool:
    with transaction.atomic(durable=True):
        report = _waiting().select_for_update(skip_locked=True).first()
        if report is None:
            return False
        submission = Submission.objects.select_for_update().get(pk=report.pk)
        values = list(report.values.order_by("pk"))
        report.placement, match = find_meter(report, values)
        submission.is_unusual = match is None or _place(submission, report, match, values)
        submission.status = Submission.Status.RECEIVED
        submission.save(update_fields=["status", "is_unusual", "customer", "premise"])
        report.save(update_fields=["placement"])
        record(
            "reading.placed",
            actor="system",
            now=now,
            customer_id=submission.customer_id,
            subject=submission.reference,
            details={"placement": report.placement},
        )
        _tell_holder(submission, now)
    return True


def _place(
    submission: Submission, report: PublicReport, match: Match, values: Sequence[ReportedValue]
) -> bool:
    """Give a submission its premise and its readings; tell whether the check doubts any of them."""
    premise = match.premise
    submission.customer_id, submission.premise = premise.customer_id, premise
    today = local_date(submission.received_at, settings.UTILITY_TIME_ZONE)
    lock_readings(premise)
    registers = readable_registers(premise, today=today)
    rows = SubmittedReading.objects.bulk_create(
        _row(report, value, register_id, registers.get(register_id), today)
        for register_id, value in zip(match.register_ids, values, strict=True)
    )
    return any(row.check_result != SubmittedReading.Check.PLAUSIBLE for row in rows)


def _row(
    report: PublicReport,
    typed: ReportedValue,
    register_id: int,
    register: RegisterToRead | None,
    today: dt.date,
) -> SubmittedReading:
    reading, verdict = assess_reported(report, typed, register_id, register, today=today)
    check = SubmittedReading.Check
    return SubmittedReading(
        reading_submission_id=report.pk,
        register_id=register_id,
        reading_date=reading.date,
        value=reading.value,
        check_result=check.PLAUSIBLE if isinstance(verdict, Plausible) else check.DOUBTED,
        findings=findings_of(verdict),
        remark=report.remark,
    )


def _tell_holder(submission: Submission, now: dt.datetime) -> None:
    """Tell whoever holds the customer that somebody reported a reading, a few times a day at most."""
    if submission.customer_id is None:
        return
    customer = str(submission.customer_id)
    if allow("public-reading-notice", customer, limit=MAX_NOTICES, window=_DAY, now=now):
        tell_holder(READING_REPORTED, submission, now=now)
