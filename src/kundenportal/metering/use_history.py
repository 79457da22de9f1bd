"""The registers of a premise with all their values, removed meters too; one query."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import CharField, DateField, DecimalField, Q, QuerySet, Value

from kundenportal.customers.models import Premise
from kundenportal.metering.gas_energy import GasQuality, gas_quality
from kundenportal.metering.models import (
    VALUE_DECIMALS,
    VALUE_DIGITS,
    MeterReading,
    Register,
    SubmittedReading,
)
from kundenportal.metering.own_history import own_readings, own_submitted_readings
from kundenportal.metering.use_periods import CounterValue
from kundenportal.submissions.models import OPEN, Submission


@dataclass(frozen=True)
class RegisterHistory:
    """One register with the present customer's values, in no order; at most one of a day is accepted.

    ``last_sent`` is the newest day of a value that the customer sent and that is under way or was accepted.
    """

    division: str
    meter_id: int
    meter_number: str
    is_remote: bool
    installed_date: dt.date | None
    removed_date: dt.date | None
    code: str
    label: str
    integer_digits: int
    decimal_digits: int
    unit: str
    factor: Decimal
    feeds_in: bool
    annual_use: Decimal | None
    gas: GasQuality | None
    values: tuple[CounterValue, ...]
    last_sent: dt.date | None

    @property
    def capacity(self) -> Decimal:
        """The value at which the counter starts again from zero."""
        return Decimal(10) ** self.integer_digits


class _Row(NamedTuple):
    """A register with one value; without any value it has a row of its own."""

    meter_id: int
    code: str
    division: str
    meter_number: str
    is_remote: bool
    installed_date: dt.date | None
    removed_date: dt.date | None
    label: str
    integer_digits: int
    decimal_digits: int
    unit: str
    factor: Decimal
    direction: str
    annual_use: Decimal | None
    calorific_value: Decimal | None
    state_number: Decimal | None
    date: dt.date | None
    value: Decimal | None
    origin: str
    status: str
    reason: str


_OF_REGISTER = (
    "meter_id",
    "code",
    "meter__division",
    "meter__meter_number",
    "meter__is_remote",
    "meter__installed_date",
    "meter__removed_date",
    "label",
    "integer_digits",
    "decimal_digits",
    "unit",
    "factor",
    "direction",
    "annual_use",
    "calorific_value",
    "state_number",
)
_BY_REGISTER = tuple(f"register__{name}" for name in _OF_REGISTER)


def register_histories(premise: Premise) -> list[RegisterHistory]:
    """Return the registers of a premise with the values of its contract; one query.

    A value the customer sent counts until it is answered: it has passed the check, or the customer has
    confirmed it.
    """
    rows = (_Row(*row) for row in _accepted(premise).union(_sent(premise), _registers(premise), all=True))
    by_register = groupby(sorted(rows, key=_key), key=_key)
    return [_history(list(of_register)) for _, of_register in by_register]


_key = attrgetter("meter_id", "code")


def _accepted(premise: Premise) -> QuerySet[MeterReading, tuple[Any, ...]]:
    readings = MeterReading.objects.filter(own_readings(premise), _is_live(premise, "register__"))
    return readings.values_list(*_BY_REGISTER, "reading_date", "value", "origin", _text(), _text())


def _sent(premise: Premise) -> QuerySet[SubmittedReading, tuple[Any, ...]]:
    readings = SubmittedReading.objects.filter(
        own_submitted_readings(premise),
        _is_live(premise, "register__"),
        replaced_by=None,
        reading_submission__submission__status__in=(*OPEN, Submission.Status.COMPLETED),
    )
    return readings.values_list(
        *_BY_REGISTER,
        "reading_date",
        "value",
        _text(MeterReading.Origin.REPORTED),
        "reading_submission__submission__status",
        "reason",
    )


def _registers(premise: Premise) -> QuerySet[Register, tuple[Any, ...]]:
    number = DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_DECIMALS)
    return Register.objects.filter(_is_live(premise)).values_list(
        *_OF_REGISTER,
        Value(None, output_field=DateField()),
        Value(None, output_field=number),
        _text(),
        _text(),
        _text(),
    )


def _is_live(premise: Premise, to_register: str = "") -> Q:
    """Return which registers are at a premise, removed ones too; ``to_register`` leads to the register."""
    return Q(
        (f"{to_register}meter__premise", premise),
        (f"{to_register}meter__ended_at", None),
        (f"{to_register}ended_at", None),
    )


def _text(value: str = "") -> Value:
    return Value(value, output_field=CharField())


def _history(rows: list[_Row]) -> RegisterHistory:
    first = rows[0]
    return RegisterHistory(
        division=first.division,
        meter_id=first.meter_id,
        meter_number=first.meter_number,
        is_remote=first.is_remote,
        installed_date=first.installed_date,
        removed_date=first.removed_date,
        code=first.code,
        label=first.label,
        integer_digits=first.integer_digits,
        decimal_digits=first.decimal_digits,
        unit=first.unit,
        factor=first.factor,
        feeds_in=first.direction == Register.Direction.FEED_IN,
        annual_use=first.annual_use,
        gas=gas_quality(first.calorific_value, first.state_number),
        values=tuple(_values(rows)),
        last_sent=max((row.date for row in rows if row.date and row.status), default=None),
    )


def _values(rows: list[_Row]) -> Iterator[CounterValue]:
    for row in rows:
        # What was taken over stands among the accepted values, as the utility took it.
        is_taken_over = row.status == Submission.Status.COMPLETED
        if row.date is not None and row.value is not None and not is_taken_over:
            yield CounterValue(
                row.date,
                row.value,
                origin=row.origin,
                is_estimated=row.origin == MeterReading.Origin.ESTIMATED,
                status=row.status,
                is_of_other_meter=row.reason == SubmittedReading.Reason.METER_EXCHANGED,
            )
