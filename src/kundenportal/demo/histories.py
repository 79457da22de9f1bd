"""What a demo meter showed on which day: yearly readings, and every month where it is read from afar."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import accumulate

from kundenportal.core.profiles import shares_of, years_between
from kundenportal.demo.days import yearly_reading_dates
from kundenportal.demo.records import DemoMeter, DemoRegister

_MONTHS_READ_FROM_AFAR = 13
_ORIGINS = ("abgelesen", "gemeldet", "gemeldet")


@dataclass(frozen=True)
class DemoReading:
    """A value of one register on one day, with where it comes from."""

    register: str
    date: dt.date
    value: Decimal
    origin: str


def readings_of(meter: DemoMeter, today: dt.date) -> list[DemoReading]:
    """Return every reading of a meter until today, register by register, the oldest first."""
    return [
        DemoReading(register.code, date, value_on(date, meter, register, today=today), origin)
        for register in meter.registers
        if register.yearly_use
        for date, origin in _days_and_origins(meter, register, today)
    ]


def value_on(date: dt.date, meter: DemoMeter, register: DemoRegister, *, today: dt.date) -> Decimal:
    """Return what a register shows on a day: the use of a year is spread over it as its division's is.

    Whole numbers, but for heat in MWh, whose decimals are read too; a counter that is full starts from zero.

    Args:
        date: the day asked for.
        meter: the register's meter; a new one shows ``last_value`` on the day it was installed.
        register: one with a use.
        today: the day the demo is built on.

    """
    shares = shares_of(meter.division, feeds_in=register.feeds_in)
    days = yearly_reading_dates(today, years=len(register.yearly_use))
    values = _values_on_yearly_days(register)
    if date >= days[-1]:
        start = max(days[-1], meter.installed)
        value = register.last_value + register.yearly_use[-1] * years_between(start, date, shares)
    else:
        year = max(place for place, day in enumerate(days) if day <= max(date, days[0]))
        value = values[year] + register.yearly_use[year] * years_between(days[year], date, shares)
    return value.quantize(_step(register), rounding=ROUND_FLOOR) % Decimal(10) ** register.digits[0]


def _step(register: DemoRegister) -> Decimal:
    return Decimal("0.001") if register.unit == "MWh" else Decimal(1)


def _values_on_yearly_days(register: DemoRegister) -> list[Decimal]:
    """Return the values before, between and after the yearly uses, the oldest first."""
    first = register.last_value - sum(register.yearly_use)
    return list(accumulate(register.yearly_use, initial=first))


def _days_and_origins(meter: DemoMeter, register: DemoRegister, today: dt.date) -> list[tuple[dt.date, str]]:
    yearly = yearly_reading_dates(today, years=len(register.yearly_use))
    origins = {day: _ORIGINS[place % len(_ORIGINS)] for place, day in enumerate(yearly)}
    if meter.is_last_estimated:
        origins[yearly[-1]] = "geschaetzt"
    if meter.is_remote:
        origins = dict.fromkeys([*yearly, *_months_until(today)], "fernauslesung")
    for day in (meter.installed, meter.removed):
        if day is not None and day > yearly[0]:
            origins[day] = "abgelesen"
    return sorted(
        (day, origin) for day, origin in origins.items() if meter.installed <= day <= (meter.removed or today)
    )


def _months_until(today: dt.date) -> list[dt.date]:
    month = today.replace(day=1)
    months = [month]
    while len(months) < _MONTHS_READ_FROM_AFAR:
        month = (month - dt.timedelta(days=1)).replace(day=1)
        months.append(month)
    return months
