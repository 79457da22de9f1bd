"""Which meter a report without a login may be about, for whoever places it by hand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise

from kundenportal.core.dates import local_date
from kundenportal.customers.models import Customer
from kundenportal.metering.findings import WORDS, findings_of
from kundenportal.metering.models import Meter, PublicReport, Register, ReportedValue
from kundenportal.metering.public_reports import registers_of
from kundenportal.metering.rules import Verdict
from kundenportal.metering.services.assessing import assess_reported, readable_registers
from kundenportal.metering.to_read import RegisterToRead
from kundenportal.metering.usual_range import PastReading, UsualRange

METERS_SHOWN = 20
"""How many meters a search shows; who wants another one tells more of it."""

_STREET = re.compile(
    r"\s*(?P<street>[^\d]*?)(?:str(?:aße|asse|\.)?)?\s*(?P<house>\d+\s*[a-z]?)\b.*", re.IGNORECASE
)
"""A street without its last syllable, which people write in three ways, and the number of the house."""


@dataclass(frozen=True)
class CheckedValue:
    """A reported value beside the register that it would belong to.

    ``register`` is None where that is not clear; ``known`` is None where the register takes no reading.
    """

    typed: ReportedValue
    register: Register | None = None
    known: RegisterToRead | None = None
    verdict: Verdict | None = None

    @property
    def last(self) -> PastReading | None:
        """The reading before."""
        return self.known.last() if self.known else None

    @property
    def usual(self) -> UsualRange | None:
        """The usual use since then."""
        return getattr(self.verdict, "usual", None)

    @property
    def findings(self) -> list[str | Promise]:
        """What would speak against the value."""
        return [WORDS[each] for each in findings_of(self.verdict)] if self.verdict else []


@dataclass(frozen=True)
class Candidate:
    """A meter, and what a report would say of it; ``values`` are in the order they were typed."""

    meter: Meter
    registers: tuple[Register, ...]
    values: tuple[CheckedValue, ...]

    @property
    def is_clear(self) -> bool:
        """Whether every value has its register."""
        return all(value.register for value in self.values)


def meters_of(customers: Iterable[Customer]) -> list[Meter]:
    """Return the running meters of customers, by premise; one query."""
    return list(_running().filter(premise__customer__in=list(customers))[:METERS_SHOWN])


def meters_where(report: PublicReport) -> list[Meter]:
    """Return the running meters at the address that was typed; one query, none for no address."""
    typed = _STREET.fullmatch(report.street)
    if typed is None or not typed["street"]:
        return []
    at_address = _running().filter(
        premise__postal_code=report.postal_code,
        premise__street__istartswith=typed["street"].strip(),
        premise__house_number__iexact=typed["house"].replace(" ", ""),
    )
    return list(at_address[:METERS_SHOWN])


def running_meter(meter_id: int) -> Meter | None:
    """Return a meter with its premise, customer and registers, or None; two queries."""
    registers = Prefetch("registers", Register.objects.filter(ended_at=None).order_by("code"))
    return _running().filter(pk=meter_id).prefetch_related(registers).first()


def candidate_of(report: PublicReport, meter: Meter, values: Sequence[ReportedValue]) -> Candidate:
    """Return what a report would say of a meter, assessed as if it were placed there; three queries.

    Args:
        report: the report, with its submission.
        meter: one of ``running_meter``.
        values: the report's values, in the order they were typed.

    """
    registers = {each.pk: each for each in meter.registers.all()}
    ids = registers_of(registers.values(), values)
    if ids is None:
        return Candidate(meter, tuple(registers.values()), tuple(CheckedValue(each) for each in values))
    today = local_date(report.reading_submission.submission.received_at, settings.UTILITY_TIME_ZONE)
    known = readable_registers(meter.premise, today=today)

    def checked(typed: ReportedValue, register_id: int) -> CheckedValue:
        register = known.get(register_id)
        _, verdict = assess_reported(report, typed, register_id, register, today=today)
        return CheckedValue(typed, registers[register_id], register, verdict)

    pairs = zip(values, ids, strict=True)
    return Candidate(meter, tuple(registers.values()), tuple(checked(*pair) for pair in pairs))


def _running() -> QuerySet[Meter]:
    meters = Meter.objects.filter(ended_at=None, premise__ended_at=None)
    place = ("premise__customer__customer_number", "premise__street", "premise")
    return meters.order_by(*place, "division", "pk").select_related("premise__customer")
