"""What the home page says about readings: due, done, or welcome at any time; one query."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from kundenportal.customers.models import Division, Premise
from kundenportal.metering.models import MeterReading, Register, SubmittedReading
from kundenportal.metering.own_history import own_readings, own_submitted_readings
from kundenportal.metering.reading_period import current_period, is_reading_due
from kundenportal.submissions.models import Submission

_COUNTING = (
    Submission.Status.RECEIVED,
    Submission.Status.ON_HOLD,
    Submission.Status.EXPORTED,
    Submission.Status.COMPLETED,
)


@dataclass(frozen=True)
class CounterFace:
    """What a counter showed when it was read last: a value, and its digits before and after the comma."""

    value: Decimal
    integer_digits: int
    decimal_digits: int


@dataclass(frozen=True)
class ReadingTask:
    """Which readings of a premise the utility waits for.

    Attributes:
        readable: the divisions whose meters the customer can read.
        missing: those of them of which the utility waits for a reading; outside of a period without a
            day until when.
        has_remote: whether a meter is read remotely.
        until: the last day of the running period, None outside of one.
        face: a counter to draw, None when nothing was ever read.

    """

    readable: tuple[str, ...]
    missing: tuple[str, ...]
    has_remote: bool
    until: dt.date | None
    face: CounterFace | None

    @property
    def is_done(self) -> bool:
        """Whether a period is running and nothing is missing any more."""
        return self.until is not None and not self.missing


def reading_task(premise: Premise, *, today: dt.date) -> ReadingTask:
    """Return what the utility waits for at a premise; one query, however many meters there are.

    A reading that is on its way to the billing system counts like one that is there; a rejected or
    withdrawn one does not.

    Args:
        premise: the place of consumption.
        today: the utility's local date.

    """
    period = settings.UTILITY.readings.period
    days = current_period(period, today) if period else None
    registers = list(_installed_registers(premise, today))
    readable = [each for each in registers if not each.meter.is_remote]
    missing = [each for each in readable if _is_due(each, today)]
    return ReadingTask(
        readable=_divisions(readable),
        missing=_divisions(missing),
        has_remote=len(readable) < len(registers),
        until=days[1] if days else None,
        face=next((face for each in _by_division(readable) if (face := _face(each))), None),
    )


def divisions_sent(submissions: Sequence[Submission]) -> dict[int, tuple[str, ...]]:
    """Return by submission the divisions whose readings were sent with it; one query."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = SubmittedReading.objects.filter(
        reading_submission__in=[submission.pk for submission in submissions]
    ).values_list("reading_submission_id", "register__meter__division")
    for submission_id, division in rows:
        found[submission_id].add(division)
    return {key: tuple(each for each in Division.values if each in values) for key, values in found.items()}


def _installed_registers(premise: Premise, today: dt.date) -> QuerySet[Register]:
    """Return the registers in use, with the customer's value read last and newest day accepted and sent."""
    readings = MeterReading.objects.filter(own_readings(premise), register=OuterRef("pk"))
    newest_first = readings.order_by("-reading_date")
    sent = (
        SubmittedReading.objects.filter(
            own_submitted_readings(premise),
            register=OuterRef("pk"),
            replaced_by=None,
            reading_submission__submission__status__in=_COUNTING,
        )
        .order_by()
        .values("register")
        .annotate(newest=Max("reading_date"))
    )
    return (
        Register.objects.filter(meter__premise=premise, meter__ended_at=None, ended_at=None)
        .filter(Q(meter__removed_date=None) | Q(meter__removed_date__gte=today))
        .select_related("meter")
        .annotate(
            read_value=Subquery(newest_first.values("value")[:1]),
            read_date=Subquery(newest_first.values("reading_date")[:1]),
            sent_date=Subquery(sent.values("newest")),
        )
        .order_by(F("direction"), "meter_id", "code")
    )


def _is_due(register: Register, today: dt.date) -> bool:
    rules = settings.UTILITY.readings
    known = [getattr(register, name) for name in ("read_date", "sent_date")]
    last = max((date for date in known if date), default=None)
    return is_reading_due(last, period=rules.period, max_age_days=rules.max_age_days, today=today)


def _by_division(registers: list[Register]) -> list[Register]:
    return sorted(registers, key=lambda each: Division.values.index(each.meter.division))


def _divisions(registers: list[Register]) -> tuple[str, ...]:
    """Return the divisions of registers in the order of ``Division``."""
    found = {each.meter.division for each in registers}
    return tuple(each for each in Division.values if each in found)


def _face(register: Register) -> CounterFace | None:
    value: Decimal | None = getattr(register, "read_value")  # noqa: B009  # Annotated, so unknown to mypy.
    if value is None:
        return None
    return CounterFace(value, register.integer_digits, register.decimal_digits)
