"""The rule that assesses a meter reading: dataclasses in, verdict out; no clock, no database.

Sources: product.md ruling 8 (what is refused, what is asked), ux.md F1 (decimals typed without the comma),
ux.md C5 (the refusals and their repairs).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kundenportal.metering.usual_range import PastReading, RegisterFacts, UsualRange, usual_range

ROLLOVER_WITHOUT_RANGE = Decimal("0.1")
"""With no usual range, a counter that moved on by less than this part of its capacity has rolled over."""


class Claim(StrEnum):
    """How the customer explains a value that is lower than the last one (ux.md C5)."""

    METER_EXCHANGED = "meter_exchanged"
    LAST_ESTIMATED = "last_estimated"
    ROLLED_OVER = "rolled_over"
    NONE_OF_THESE = "none"


class Refusal(StrEnum):
    """Why a reading cannot be taken."""

    NOT_READABLE = "not_readable"
    DATE_IN_FUTURE = "date_in_future"
    DATE_TOO_OLD = "date_too_old"
    BEFORE_CONTRACT = "before_contract"
    AFTER_CONTRACT = "after_contract"
    BEFORE_INSTALLATION = "before_installation"
    DATE_NOT_AFTER_LAST = "date_not_after_last"
    ALREADY_SENT = "already_sent"
    NO_LONGER_REPLACEABLE = "no_longer_replaceable"
    TOO_MANY_DIGITS = "too_many_digits"
    LOWER_THAN_LAST = "lower_than_last"


class Doubt(StrEnum):
    """Why the customer is asked to confirm a reading."""

    HIGHER_THAN_USUAL = "higher_than_usual"
    LOWER_THAN_USUAL = "lower_than_usual"
    COMMA_MISSING = "comma_missing"
    LOWER_THAN_LAST = "lower_than_last"
    METER_EXCHANGED = "meter_exchanged"
    LAST_ESTIMATED = "last_estimated"
    ROLLED_OVER = "rolled_over"


@dataclass(frozen=True)
class NewReading:
    """What a customer read off.

    ``typed_digits`` counts the digits typed before the comma, leading zeros included; None when only the
    value is known.
    """

    date: dt.date
    value: Decimal
    typed_digits: int | None = None
    claim: Claim | None = None


@dataclass(frozen=True)
class Plausible:
    """Nothing speaks against the reading. ``use`` is None for a register's first reading."""

    use: Decimal | None = None
    usual: UsualRange | None = None


@dataclass(frozen=True)
class Unusual:
    """The reading is taken once the customer confirms it; ``suggestion`` is what may have been meant."""

    doubts: tuple[Doubt, ...]
    use: Decimal | None = None
    usual: UsualRange | None = None
    suggestion: Decimal | None = None


@dataclass(frozen=True)
class Impossible:
    """The reading is not taken as it is.

    ``suggestion`` is the value that may have been meant, ``likely`` the claim that would explain it.
    """

    refusal: Refusal
    suggestion: Decimal | None = None
    likely: Claim | None = None


Verdict = Plausible | Unusual | Impossible


def assess_reading(
    reading: NewReading,
    *,
    register: RegisterFacts,
    history: Sequence[PastReading],
    today: dt.date,
    max_age_days: int,
) -> Verdict:
    """Say whether a reading is plausible, unusual or impossible, and why.

    Args:
        reading: the new value; digits the customer does not read off are cut.
        register: what is known of the register.
        history: its readings, oldest first, with those sent and not yet accepted.
        today: the utility's local date.
        max_age_days: how many days ago a reading may have been taken.

    """
    if refusal := _date_refusal(reading.date, register, history, today, max_age_days):
        return Impossible(refusal)
    usual = usual_range(register, history, until=reading.date)
    if _has_too_many_digits(reading, register, history, usual):
        return Impossible(
            Refusal.TOO_MANY_DIGITS, suggestion=_without_decimals(reading, register, history, usual)
        )
    if not history:
        return _assess_first(reading, register)
    last = history[-1]
    if register.use_between(last.value, reading.value) < 0:
        return _assess_lower(reading, register, history, usual)
    return _assess_use(register.use_between(last.value, reading.value), reading, register, last, usual)


def _date_refusal(
    date: dt.date,
    register: RegisterFacts,
    history: Sequence[PastReading],
    today: dt.date,
    max_age_days: int,
) -> Refusal | None:
    if date > today:
        return Refusal.DATE_IN_FUTURE
    if date < today - dt.timedelta(days=max_age_days):
        return Refusal.DATE_TOO_OLD
    if refusal := _refusal_of_times(date, register):
        return refusal
    if history and date <= history[-1].date:
        same_day = history[-1].is_replaceable and date == history[-1].date
        return Refusal.ALREADY_SENT if same_day else Refusal.DATE_NOT_AFTER_LAST
    return None


def _refusal_of_times(date: dt.date, register: RegisterFacts) -> Refusal | None:
    """Return why a day lies outside of the times of the contract and of the meter, or None."""
    if register.contract_begin is not None and date < register.contract_begin:
        return Refusal.BEFORE_CONTRACT
    if register.contract_end is not None and date > register.contract_end:
        return Refusal.AFTER_CONTRACT
    if register.installed_date is not None and date < register.installed_date:
        return Refusal.BEFORE_INSTALLATION
    return None


def _has_too_many_digits(
    reading: NewReading, register: RegisterFacts, history: Sequence[PastReading], usual: UsualRange | None
) -> bool:
    """Tell whether more digits were typed than the counter has before its comma.

    A few zeros too many in front are nobody's error, unless exactly as many digits were typed as the counter
    has with its decimals and the value does not fit the history: then the red digits were typed too (F1).
    """
    if reading.value >= register.capacity:
        return True
    if register.wanted_decimals or not register.decimal_digits:
        return False
    if reading.typed_digits != register.integer_digits + register.decimal_digits:
        return False
    return not _is_usual(reading.value, register, history, usual)


def _without_decimals(
    reading: NewReading, register: RegisterFacts, history: Sequence[PastReading], usual: UsualRange | None
) -> Decimal | None:
    """Return the value without its last digits: as many as the counter has after the comma, or fewer.

    A cut that gives a usual value is taken first. Else all decimals are cut, if the counter can show what is
    left and it is not lower than the last value; None otherwise.
    """
    if register.wanted_decimals or not register.decimal_digits:
        return None
    cuts = range(register.decimal_digits, 0, -1)
    candidates = [register.as_read(reading.value.scaleb(-digits)) for digits in cuts]
    for value in candidates:
        if value < register.capacity and _is_usual(value, register, history, usual):
            return value
    longest_cut = candidates[0]
    is_lower = bool(history) and register.use_between(history[-1].value, longest_cut) < 0
    return None if is_lower or longest_cut >= register.capacity else longest_cut


def _is_usual(
    value: Decimal, register: RegisterFacts, history: Sequence[PastReading], usual: UsualRange | None
) -> bool:
    return bool(history) and usual is not None and register.use_between(history[-1].value, value) in usual


def _assess_first(reading: NewReading, register: RegisterFacts) -> Verdict:
    """Assess a register's first reading: most meters start at zero on the day they are installed."""
    if register.installed_date is None:
        return Plausible()
    start = PastReading(register.installed_date, Decimal(0))
    usual = usual_range(register, [start], until=reading.date)
    if usual is None or register.use_between(start.value, reading.value) <= usual.high:
        return Plausible()
    suggestion = _without_decimals(reading, register, [start], usual)
    if suggestion is not None and _is_usual(suggestion, register, [start], usual):
        return Unusual((Doubt.HIGHER_THAN_USUAL, Doubt.COMMA_MISSING), suggestion=suggestion)
    return Unusual((Doubt.HIGHER_THAN_USUAL,))


def _assess_use(
    use: Decimal, reading: NewReading, register: RegisterFacts, last: PastReading, usual: UsualRange | None
) -> Verdict:
    if usual is None or use in usual:
        return Plausible(use, usual)
    after_estimate = (Doubt.LAST_ESTIMATED,) if last.is_estimated else ()
    if use < usual.low:
        return Unusual((Doubt.LOWER_THAN_USUAL, *after_estimate), use, usual)
    suggestion = _without_decimals(reading, register, [last], usual)
    if suggestion is not None and _is_usual(suggestion, register, [last], usual):
        return Unusual((Doubt.HIGHER_THAN_USUAL, Doubt.COMMA_MISSING), use, usual, suggestion)
    return Unusual((Doubt.HIGHER_THAN_USUAL, *after_estimate), use, usual)


def _assess_lower(
    reading: NewReading, register: RegisterFacts, history: Sequence[PastReading], usual: UsualRange | None
) -> Verdict:
    """Assess a value that is lower than the last one: recognised, claimed by the customer, or refused."""
    last = history[-1]
    after_rollover = register.use_between(last.value, reading.value + register.capacity)
    claim = reading.claim or _recognised(reading, register, history, after_rollover, usual)
    if claim is Claim.ROLLED_OVER:
        verdict = _assess_use(after_rollover, reading, register, last, usual)
        doubts = verdict.doubts if isinstance(verdict, Unusual) else ()
        return Unusual((Doubt.ROLLED_OVER, *doubts), after_rollover, usual)
    if claim is Claim.LAST_ESTIMATED:
        return Unusual((Doubt.LAST_ESTIMATED,), register.use_between(last.value, reading.value), usual)
    if claim is Claim.METER_EXCHANGED:
        return Unusual((Doubt.METER_EXCHANGED,), usual=usual)
    if claim is Claim.NONE_OF_THESE:
        return Unusual((Doubt.LOWER_THAN_LAST,), usual=usual)
    fits_new_meter = usual is not None and register.use_between(Decimal(0), reading.value) <= usual.high
    return Impossible(Refusal.LOWER_THAN_LAST, likely=Claim.METER_EXCHANGED if fits_new_meter else None)


def _recognised(
    reading: NewReading,
    register: RegisterFacts,
    history: Sequence[PastReading],
    after_rollover: Decimal,
    usual: UsualRange | None,
) -> Claim | None:
    """Return what explains a lower value by itself: a roll-over, or an estimate that was too high."""
    most = usual.high if usual else register.capacity * register.factor * ROLLOVER_WITHOUT_RANGE
    if after_rollover <= most:
        return Claim.ROLLED_OVER
    read_off = [each for each in history if not each.is_estimated]
    if history[-1].is_estimated and (
        not read_off or register.use_between(read_off[-1].value, reading.value) >= 0
    ):
        return Claim.LAST_ESTIMATED
    return None
