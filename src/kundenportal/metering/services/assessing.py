"""What every way of taking in readings begins with: the premise locked, the values assessed."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from kundenportal.customers.models import Premise
from kundenportal.metering.models import Meter, PublicReport, ReportedValue
from kundenportal.metering.rules import Impossible, NewReading, Refusal, Verdict
from kundenportal.metering.selectors import meters_to_read
from kundenportal.metering.to_read import RegisterToRead
from kundenportal.submissions.models import REPLACEABLE, Submission


@dataclass(frozen=True)
class ReadingToSubmit:
    """One value to send. ``replaces`` is the id of a sent value that it shall take the place of."""

    register_id: int
    reading: NewReading
    reason: str = ""
    remark: str = ""
    replaces: int | None = None


def lock_readings(premise: Premise) -> None:
    """Make everybody else who would send readings for this premise, or export them, wait."""
    list(Meter.objects.select_for_update().filter(premise=premise).order_by("pk").values_list("pk"))
    list(
        Submission.objects.select_for_update()
        .filter(premise=premise, status__in=REPLACEABLE)
        .order_by("pk")
        .values_list("pk")
    )


def readable_registers(
    premise: Premise, *, today: dt.date, replaceable: Collection[int] | None = None
) -> dict[int, RegisterToRead]:
    """Return the registers of a premise that take a reading, by their ids; see ``meters_to_read``."""
    return {
        register.id: register
        for meter in meters_to_read(premise, today=today, replaceable=replaceable)
        if meter.closed is None
        for register in meter.registers
    }


def assess_reported(
    report: PublicReport,
    typed: ReportedValue,
    register_id: int,
    register: RegisterToRead | None,
    *,
    today: dt.date,
) -> tuple[NewReading, Verdict]:
    """Return a value of a report as a register would show it, and what the rule says of it.

    Args:
        report: what was typed without a login.
        typed: the value.
        register_id: whose value it would be.
        register: the same with what stands of it, None when it takes no reading.
        today: the utility's local date when the report arrived.

    """
    value = register.facts.as_read(typed.value) if register else typed.value
    reading = NewReading(report.reading_date, value, typed.typed_digits)
    return reading, verdict_on(ReadingToSubmit(register_id, reading), register, today=today)


def verdict_on(item: ReadingToSubmit, register: RegisterToRead | None, *, today: dt.date) -> Verdict:
    """Return what the rule says of a value; one for a register that takes none is impossible."""
    if register is None:
        return Impossible(Refusal.NOT_READABLE)
    return register.assess(
        item.reading,
        today=today,
        max_age_days=settings.UTILITY.readings.max_age_days,
        replaces=item.replaces,
    )
