"""What the customer has drawn: the registers of a premise with their readings, removed meters too."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from kundenportal.customers.models import Premise
from kundenportal.metering.models import MeterReading, Register, SubmittedReading
from kundenportal.metering.own_history import own_readings, own_submitted_readings
from kundenportal.metering.usual_range import PastReading
from kundenportal.submissions.models import Submission

YEARS_LOOKED_AT = dt.timedelta(days=3 * 366)
"""Older readings say nothing of what a year costs now."""

_UNANSWERED = (Submission.Status.RECEIVED, Submission.Status.ON_HOLD, Submission.Status.EXPORTED)


@dataclass(frozen=True)
class RegisterHistory:
    """One register that counts what is drawn, with the present customer's readings, oldest first."""

    division: str
    meter_id: int
    unit: str
    factor: Decimal
    annual_use: Decimal | None
    installed_date: dt.date | None
    removed_date: dt.date | None
    readings: tuple[PastReading, ...]


def register_histories(premise: Premise, *, today: dt.date) -> list[RegisterHistory]:
    """Return the registers of a premise with their readings of the last three years; three queries.

    A value the customer sent counts until it is answered, unless one of its day was accepted: it has passed
    the check, or the customer has confirmed it.

    Args:
        premise: the place of consumption.
        today: the utility's local date.

    """
    registers = list(
        Register.objects.filter(
            meter__premise=premise,
            meter__ended_at=None,
            ended_at=None,
            direction=Register.Direction.CONSUMPTION,
        )
        .select_related("meter")
        .order_by("meter_id", "code")
    )
    readings = _readings([each.pk for each in registers], premise, today - YEARS_LOOKED_AT)
    return [_history(each, readings[each.pk]) for each in registers]


def _history(register: Register, readings: dict[dt.date, PastReading]) -> RegisterHistory:
    return RegisterHistory(
        division=register.meter.division,
        meter_id=register.meter_id,
        unit=register.unit,
        factor=register.factor,
        annual_use=register.annual_use,
        installed_date=register.meter.installed_date,
        removed_date=register.meter.removed_date,
        readings=tuple(readings[date] for date in sorted(readings)),
    )


def _readings(
    register_ids: list[int], premise: Premise, since: dt.date
) -> dict[int, dict[dt.date, PastReading]]:
    found: dict[int, dict[dt.date, PastReading]] = defaultdict(dict)
    sent = SubmittedReading.objects.filter(
        own_submitted_readings(premise),
        register__in=register_ids,
        replaced_by=None,
        reading_submission__submission__status__in=_UNANSWERED,
    )
    for register_id, date, value in sent.values_list("register_id", "reading_date", "value"):
        found[register_id][date] = PastReading(date, value, is_pending=True)
    accepted = MeterReading.objects.filter(
        own_readings(premise), register__in=register_ids, reading_date__gte=since
    )
    for register_id, date, value, origin in accepted.values_list(
        "register_id", "reading_date", "value", "origin"
    ):
        is_estimated = origin == MeterReading.Origin.ESTIMATED
        found[register_id][date] = PastReading(date, value, is_estimated=is_estimated)
    return found
