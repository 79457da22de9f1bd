"""Taking in readings from people without a login (docs/adr/0008)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction

from kundenportal.audit.services import record
from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.identity.throttle import Limit, allow, count_try, network_of
from kundenportal.mailing.services import enqueue
from kundenportal.metering.mails import PUBLIC_READING_RECEIVED
from kundenportal.metering.models import PublicReport, ReadingSubmission, ReportedValue
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import Start, open_submission

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MAX_PER_PLACE, MAX_PER_NETWORK, MAX_PER_METER, MAX_IN_ALL = 20, 100, 5, 1000
"""Reports an hour from one address, a day from its network and for one meter, an hour from everybody."""

VISITORS_KEPT = dt.timedelta(days=365)
"""How long name, street and e-mail address of somebody without a login are kept, for questions."""

MAX_MAILS = 3
"""Confirmations a day to one typed address."""


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
