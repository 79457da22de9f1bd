"""What the utility waits for at a premise (ux.md C2): in the period for readings, and at any time."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from kundenportal.customers.models import Division
from kundenportal.metering.reading_period import current_period, is_reading_due
from kundenportal.metering.use_history import RegisterHistory
from kundenportal.metering.use_periods import CounterValue


@dataclass(frozen=True)
class CounterFace:
    """What a counter showed when it was read last: a value, and its digits before and after the comma."""

    value: Decimal
    integer_digits: int
    decimal_digits: int


@dataclass(frozen=True)
class Asked:
    """Which divisions somebody asks a premise to read, until when, and since when a reading will do."""

    since: dt.date
    until: dt.date
    divisions: tuple[str, ...]


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


def reading_task(
    histories: Iterable[RegisterHistory], *, today: dt.date, asked: Asked | None = None
) -> ReadingTask:
    """Return what the utility waits for at a premise.

    A reading that is on its way to the billing system counts like one that is there; a rejected or
    withdrawn one does not.

    Args:
        histories: the premise's registers, removed ones too.
        today: the utility's local date.
        asked: what a campaign asks for; it goes before the utility's yearly period.

    """
    period = settings.UTILITY.readings.period
    days = current_period(period, today) if period else None
    registers = sorted((each for each in histories if _is_installed(each, today)), key=_place)
    readable = [each for each in registers if not each.is_remote]
    if asked:
        missing = [each for each in readable if each.division in asked.divisions and _lacks(each, asked)]
    else:
        missing = [each for each in readable if _is_due(each, today)]
    return ReadingTask(
        readable=_divisions(readable),
        missing=_divisions(missing),
        has_remote=len(readable) < len(registers),
        until=asked.until if asked else days[1] if days else None,
        face=next((face for each in readable if (face := _face(each))), None),
    )


def _is_installed(register: RegisterHistory, today: dt.date) -> bool:
    return register.removed_date is None or register.removed_date >= today


def _place(register: RegisterHistory) -> tuple[int, bool, int, str]:
    """Sort by division, and what is drawn before what is fed in."""
    division = Division.values.index(register.division)
    return division, register.feeds_in, register.meter_id, register.code


def _last(register: RegisterHistory) -> CounterValue | None:
    """Return the value accepted last."""
    accepted = (each for each in register.values if not each.status)
    return max(accepted, key=lambda each: each.date, default=None)


def _last_date(register: RegisterHistory) -> dt.date | None:
    """Return the day of the newest reading, accepted or on its way."""
    read = _last(register)
    known = [read.date if read else None, register.last_sent]
    return max((date for date in known if date), default=None)


def _lacks(register: RegisterHistory, asked: Asked) -> bool:
    last = _last_date(register)
    return last is None or last < asked.since


def _is_due(register: RegisterHistory, today: dt.date) -> bool:
    rules, last = settings.UTILITY.readings, _last_date(register)
    return is_reading_due(last, period=rules.period, max_age_days=rules.max_age_days, today=today)


def _divisions(registers: Iterable[RegisterHistory]) -> tuple[str, ...]:
    """Return the divisions of registers that stand in the order of ``Division``."""
    return tuple(dict.fromkeys(each.division for each in registers))


def _face(register: RegisterHistory) -> CounterFace | None:
    read = _last(register)
    return CounterFace(read.value, register.integer_digits, register.decimal_digits) if read else None
