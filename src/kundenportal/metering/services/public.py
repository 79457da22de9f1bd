"""Taking in readings from people without a login, and finding the meters they belong to (docs/adr/0008)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kundenportal.audit.services import record
from kundenportal.core.dates import local_date
from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.identity.throttle import Limit, allow, count_try, network_of
from kundenportal.mailing.services import enqueue
from kundenportal.metering.findings import findings_of
from kundenportal.metering.mails import PUBLIC_READING_RECEIVED, READING_REPORTED
from kundenportal.metering.models import PublicReport, ReadingSubmission, ReportedValue, SubmittedReading
from kundenportal.metering.public_reports import Match, find_meter
from kundenportal.metering.rules import NewReading, Plausible
from kundenportal.metering.services.assessing import (
    ReadingToSubmit,
    lock_readings,
    readable_registers,
    verdict_on,
)
from kundenportal.metering.to_read import RegisterToRead
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import Start, open_submission, tell_holder

PER_RUN = 200
"""How many reports one run places, so that the jobs beside it get their turn."""

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MAX_PER_PLACE, MAX_PER_NETWORK, MAX_PER_METER, MAX_IN_ALL = 20, 100, 5, 1000
"""Reports an hour from one address, a day from its network and for one meter, an hour from everybody."""

VISITORS_KEPT = dt.timedelta(days=365)
"""How long name, street and e-mail address of somebody without a login are kept, for questions."""

MAX_MAILS, MAX_NOTICES = 3, 3
"""Confirmations a day to one typed address, and notices a day to whoever holds a customer."""


@dataclass(frozen=True)
class TypedValue:
    """A value and what stands beside it on the display; ``typed_digits`` are those before the comma."""

    value: Decimal
    typed_digits: int
    display: str = ""


@dataclass(frozen=True)
class Report:
    """What a visitor typed. The e-mail address is canonical, or empty; there are one or two values."""

    meter_number: str
    postal_code: str
    street: str
    name: str
    email: str
    reading_date: dt.date
    remark: str
    values: tuple[TypedValue, ...]


class TooManyReports(Exception):
    """Too many reports from one place, for one meter number, or in all; nothing was stored."""

    def __init__(self, wait: dt.timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.wait = wait


def report_reading(
    *, report: Report, key: str, address: str, language: str, now: dt.datetime
) -> PublicReport:
    """Store a reading that somebody sent without a login; the job runner finds what it belongs to.

    Nothing is looked up here, so that nobody learns which meters exist, not even by the time it takes.
    The same key a second time gives the report of the first.

    Args:
        report: what was typed, checked as far as that needs no knowledge of the meter.
        key: the idempotency key of the form.
        address: the client's address.
        language: the language of the mail.
        now: when, aware.

    Raises:
        TooManyReports: when a limit is exceeded.

    """
    if stored := _stored(key):
        return stored
    if wait := count_try(_limits(report, address), now=now):
        raise TooManyReports(wait)
    is_mailed = bool(report.email) and allow(
        "public-reading-mailbox", report.email, limit=MAX_MAILS, window=_DAY, now=now
    )
    try:
        with transaction.atomic(durable=True):
            return _store(report, key, language, is_mailed=is_mailed, now=now)
    except IntegrityError:
        # The same form was sent twice at the same moment: the other one is stored.
        if stored := _stored(key):
            return stored
        raise


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


def forget_visitors(now: dt.datetime) -> int:
    """Forget who reported readings a year ago; what was reported stays. Return how many there were."""
    with transaction.atomic(durable=True):
        old = PublicReport.objects.exclude(name="").filter(
            reading_submission__submission__received_at__lt=now - VISITORS_KEPT
        )
        return old.update(name="", street="", email="")


def _stored(key: str) -> PublicReport | None:
    reports = PublicReport.objects.select_related("reading_submission__submission")
    return reports.filter(reading_submission__submission__idempotency_key=key).first()


def _limits(report: Report, address: str) -> list[Limit]:
    """Return what a report counts against; a meter number counts whether or not it exists."""
    meter = meter_number_key(report.meter_number)
    return [
        Limit("public-reading", address, MAX_PER_PLACE, _HOUR),
        Limit("public-reading-network", network_of(address), MAX_PER_NETWORK, _DAY),
        Limit("public-reading-meter", meter, MAX_PER_METER, _DAY),
        Limit("public-reading-all", "", MAX_IN_ALL, _HOUR),
    ]


def _store(report: Report, key: str, language: str, *, is_mailed: bool, now: dt.datetime) -> PublicReport:
    submission = open_submission(
        Submission.Kind.METER_READING,
        premise=None,
        actor=None,
        key=key,
        now=now,
        channel=Submission.Channel.PUBLIC,
        start=Start(Submission.Status.ON_HOLD),
    )
    stored = PublicReport.objects.create(
        reading_submission=ReadingSubmission.objects.create(submission=submission),
        meter_number=report.meter_number,
        number_key=meter_number_key(report.meter_number),
        postal_code=report.postal_code,
        street=report.street,
        name=report.name,
        email=report.email,
        reading_date=report.reading_date,
        remark=report.remark,
        is_mailed=is_mailed,
    )
    ReportedValue.objects.bulk_create(
        ReportedValue(report=stored, display=each.display, value=each.value, typed_digits=each.typed_digits)
        for each in report.values
    )
    record("reading.reported", actor="visitor", now=now, subject=submission.reference)
    if is_mailed:
        context = {"submission": submission.pk}
        enqueue(PUBLIC_READING_RECEIVED, to=report.email, context=context, language=language, now=now)
    return stored


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
    value = register.facts.as_read(typed.value) if register else typed.value
    reading = NewReading(report.reading_date, value, typed.typed_digits)
    verdict = verdict_on(ReadingToSubmit(register_id, reading), register, today=today)
    check = SubmittedReading.Check
    return SubmittedReading(
        reading_submission_id=report.pk,
        register_id=register_id,
        reading_date=reading.date,
        value=value,
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
