"""What the pages and the services know of meters: few queries, however many meters there are."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal

from django.conf import settings
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber

from kundenportal.core.references import format_reference
from kundenportal.customers.divisions import divisions_in
from kundenportal.customers.models import Division, Premise
from kundenportal.metering.models import Meter, MeterReading, Register, SubmittedReading
from kundenportal.metering.own_history import own_readings, own_submitted_readings
from kundenportal.metering.reading_period import is_reading_due
from kundenportal.metering.to_read import Closed, MeterToRead, RegisterToRead, SentReading
from kundenportal.metering.usual_range import PastReading, RegisterFacts
from kundenportal.submissions.models import OPEN, REPLACEABLE, Submission

READINGS_LOOKED_AT = 12
"""How many of a register's last readings make its history: more than enough for four years."""

DEFAULT_UNITS = {"strom": "kWh", "gas": "m3", "wasser": "m3", "waerme": "MWh"}
"""The units of ``settings.UTILITY.readings.default_annual_use``."""

KWH_PER_UNIT = {"kWh": Decimal(1), "MWh": Decimal(1000), "m3": Decimal(10)}
"""To turn a default into another unit; a cubic metre of gas holds about 10 kWh."""

_DIVISIONS = list(Division)


def meters_to_read(
    premise: Premise, *, today: dt.date, replaceable: Collection[int] | None = None
) -> list[MeterToRead]:
    """Return the meters of a premise by division, with what stands of their registers; three queries.

    Removed meters stay as long as a reading may be old, so that nobody wonders where they are. Readings from
    before the customer's contract are another person's and are left out.

    Args:
        premise: the place of consumption.
        today: the utility's local date.
        replaceable: the submissions whose values may be replaced, None for all that are not exported.

    """
    kept_since = today - dt.timedelta(days=settings.UTILITY.readings.max_age_days)
    registers_of_meter: dict[Meter, list[Register]] = defaultdict(list)
    for register in Register.objects.filter(
        meter__premise=premise, meter__ended_at=None, ended_at=None
    ).select_related("meter"):
        if register.meter.removed_date is None or register.meter.removed_date >= kept_since:
            registers_of_meter[register.meter].append(register)
    ids = [register.pk for registers in registers_of_meter.values() for register in registers]
    accepted = _accepted_readings(ids, premise)
    sent = _sent_readings(ids, premise, replaceable)
    meters = [
        _meter_to_read(meter, registers, premise, accepted, sent, today)
        for meter, registers in registers_of_meter.items()
    ]
    return sorted(meters, key=lambda each: (_DIVISIONS.index(Division(each.division)), each.id))


def submitted_readings(submission: Submission) -> list[SubmittedReading]:
    """Return the values of a submission with registers, meters and their pictures, by division; one query."""
    photo = FilteredRelation(
        "register__meter__photos", condition=Q(register__meter__photos__reading_submission=submission.pk)
    )
    readings = (
        SubmittedReading.objects.filter(reading_submission_id=submission.pk)
        .annotate(photo=photo)
        .select_related("register__meter", "replaced_by__reading_submission__submission")
        .select_related("photo__meter", "photo__file")  # type: ignore[misc]  # Annotated, so unknown to mypy.
    )
    return sorted(
        readings,
        key=lambda each: (
            _DIVISIONS.index(Division(each.register.meter.division)),
            each.register.meter_id,
            each.register.code,
        ),
    )


def divisions_sent(submission: OuterRef) -> Subquery:
    """Return an expression: the divisions whose readings a query's row sent, for ``split_divisions``."""
    sent = SubmittedReading.objects.filter(reading_submission=submission)
    return divisions_in(sent, by="reading_submission", division="register__meter__division")


def replaces_readings(submission: Submission) -> bool:
    """Tell whether a value of a submission has taken the place of one that was sent before; one query."""
    replaced = SubmittedReading.objects.filter(replaced_by__reading_submission_id=submission.pk)
    return replaced.exists()


def _accepted_readings(register_ids: Sequence[int], premise: Premise) -> dict[int, list[PastReading]]:
    """Return the last readings of each register in the contract of a premise, oldest first."""
    newest_first = Window(RowNumber(), partition_by=F("register"), order_by=F("reading_date").desc())
    rows = (
        MeterReading.objects.filter(own_readings(premise), register__in=register_ids)
        .annotate(age=newest_first)
        .filter(age__lte=READINGS_LOOKED_AT)
        .order_by("reading_date")
        .values_list("register_id", "reading_date", "value", "origin")
    )
    readings: dict[int, list[PastReading]] = defaultdict(list)
    for register_id, date, value, origin in rows:
        estimated = origin == MeterReading.Origin.ESTIMATED
        readings[register_id].append(PastReading(date, value, is_estimated=estimated))
    return readings


def _sent_readings(
    register_ids: Sequence[int], premise: Premise, replaceable: Collection[int] | None
) -> dict[int, list[SentReading]]:
    """Return what the customer of a premise sent and is unanswered."""
    rows = SubmittedReading.objects.filter(
        own_submitted_readings(premise),
        register__in=register_ids,
        replaced_by=None,
        reading_submission__submission__status__in=OPEN,
    ).values_list(
        "register_id",
        "pk",
        "reading_submission_id",
        "reading_submission__submission__received_year",
        "reading_date",
        "value",
        "reading_submission__submission__status",
    )
    sent: dict[int, list[SentReading]] = defaultdict(list)
    for register_id, pk, submission_id, year, date, value, status in rows:
        is_replaceable = status in REPLACEABLE and (replaceable is None or submission_id in replaceable)
        reference = format_reference(year, submission_id)
        sent[register_id].append(SentReading(pk, submission_id, reference, date, value, is_replaceable))
    return sent


def _meter_to_read(
    meter: Meter,
    registers: list[Register],
    premise: Premise,
    accepted: dict[int, list[PastReading]],
    sent: dict[int, list[SentReading]],
    today: dt.date,
) -> MeterToRead:
    drawing = sum(each.direction == Register.Direction.CONSUMPTION for each in registers)
    to_read = tuple(
        RegisterToRead(
            id=register.pk,
            code=register.code,
            label=register.label,
            facts=_facts(register, meter, premise, drawing),
            accepted=tuple(accepted[register.pk]),
            sent=tuple(sent[register.pk]),
        )
        for register in sorted(registers, key=lambda each: each.code)
    )
    closed = _closed(meter, premise, today)
    return MeterToRead(
        id=meter.pk,
        meter_number=meter.meter_number,
        division=meter.division,
        registers=to_read,
        closed=closed,
        removed_date=meter.removed_date,
        is_due=closed is None and any(_is_due(each, today) for each in to_read),
    )


def _facts(register: Register, meter: Meter, premise: Premise, drawing_registers: int) -> RegisterFacts:
    feeds_in = register.direction == Register.Direction.FEED_IN
    return RegisterFacts(
        division=meter.division,
        unit=register.unit,
        integer_digits=register.integer_digits,
        decimal_digits=register.decimal_digits,
        factor=register.factor,
        feeds_in=feeds_in,
        annual_use=register.annual_use,
        default_annual_use=None if feeds_in else _default_annual_use(meter, register) / drawing_registers,
        installed_date=meter.installed_date,
        contract_begin=premise.begin_date,
        contract_end=premise.end_date,
    )


def _default_annual_use(meter: Meter, register: Register) -> Decimal:
    default: Decimal = settings.UTILITY.readings.default_annual_use[meter.division]
    unit = DEFAULT_UNITS[meter.division]
    if register.unit == unit or register.unit not in KWH_PER_UNIT:
        return default
    return default * KWH_PER_UNIT[unit] / KWH_PER_UNIT[register.unit]


def _closed(meter: Meter, premise: Premise, today: dt.date) -> Closed | None:
    last_day = today - dt.timedelta(days=settings.UTILITY.readings.max_age_days)
    if premise.ended_at is not None or (premise.end_date is not None and premise.end_date < last_day):
        return Closed.PREMISE_ENDED
    if meter.removed_date is not None and meter.removed_date < today:
        return Closed.REMOVED
    return Closed.REMOTE if meter.is_remote else None


def _is_due(register: RegisterToRead, today: dt.date) -> bool:
    rules, last = settings.UTILITY.readings, register.last()
    return is_reading_due(
        last.date if last else None, period=rules.period, max_age_days=rules.max_age_days, today=today
    )
