"""What an advance payment may be changed to, from when, and when it is locked; no clock, no database.

Sources: product.md ruling 9 (limits), ux.md C10 (dates, locked states), guide lines 40 to 46.
"""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from kundenportal.core.utility import AdvancePaymentRules

CENT = Decimal("0.01")


class Locked(StrEnum):
    """Why nothing can be changed now."""

    PREMISE_ENDED = "premise_ended"
    CHANGE_PENDING = "change_pending"
    CHANGED_THIS_YEAR = "changed_this_year"


class Refusal(StrEnum):
    """Why a change is not taken as it is."""

    TOO_LOW = "too_low"
    TOO_HIGH = "too_high"
    NOT_CHANGEABLE = "not_changeable"
    NOTHING_CHANGED = "nothing_changed"
    DATE_NOT_OFFERED = "date_not_offered"


@dataclass(frozen=True)
class CurrentAmount:
    """The monthly amount of a division, with the billing system's limits if it gave any."""

    division: str
    amount: Decimal
    valid_from: dt.date
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    due_day: int | None = None


@dataclass(frozen=True)
class AllowedRange:
    """The amounts that are possible, both ends included."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class PastChange:
    """A change the customer asked for that was neither refused nor withdrawn."""

    year: int
    is_pending: bool


def allowed_range(current: CurrentAmount, policy: AdvancePaymentRules) -> AllowedRange:
    """Return what the amount may become: the billing system's limits, else the utility's percentages.

    Percentages are rounded to cents in the customer's favour.
    """
    lowest = current.amount * (100 - policy.lower_percent) / 100
    highest = current.amount * (100 + policy.upper_percent) / 100
    low = lowest.quantize(CENT, ROUND_FLOOR) if current.minimum is None else current.minimum
    high = highest.quantize(CENT, ROUND_CEILING) if current.maximum is None else current.maximum
    return AllowedRange(low, max(low, high))


def offered_dates(today: dt.date, policy: AdvancePaymentRules) -> tuple[dt.date, ...]:
    """Return the days a change may begin on: always the first of a month, the nearest one first."""
    earliest = today + dt.timedelta(days=policy.lead_days)
    first = earliest if earliest.day == 1 else _month_after(earliest)
    dates = [first]
    while len(dates) < policy.months_offered:
        dates.append(_month_after(dates[-1]))
    return tuple(dates)


def next_due_date(due_day: int, today: dt.date) -> dt.date:
    """Return the next day a payment is due, today included; in a short month the last day is due instead."""
    due = _day_of(today, due_day)
    return due if due >= today else _day_of(_month_after(today), due_day)


def why_locked(
    *, is_ended: bool, changes: Sequence[PastChange], today: dt.date, policy: AdvancePaymentRules
) -> Locked | None:
    """Return why no change can be sent now, or None.

    Args:
        is_ended: whether the contract at the premise is over.
        changes: those that were sent before.
        today: the utility's local date.
        policy: how many changes a year are taken.

    """
    if is_ended:
        return Locked.PREMISE_ENDED
    if any(each.is_pending for each in changes):
        return Locked.CHANGE_PENDING
    this_year = sum(each.year == today.year for each in changes)
    if policy.changes_per_year and this_year >= policy.changes_per_year:
        return Locked.CHANGED_THIS_YEAR
    return None


def refuse_amount(amount: Decimal, current: CurrentAmount, policy: AdvancePaymentRules) -> Refusal | None:
    """Return why a new amount is not possible; the current one always is."""
    allowed = allowed_range(current, policy)
    if amount == current.amount:
        return None
    if amount < allowed.low:
        return Refusal.TOO_LOW
    return Refusal.TOO_HIGH if amount > allowed.high else None


def refuse_change(
    amounts: Mapping[str, Decimal],
    *,
    currents: Sequence[CurrentAmount],
    valid_from: dt.date,
    today: dt.date,
    policy: AdvancePaymentRules,
) -> dict[str, Refusal]:
    """Return why a change is not possible, by division; what concerns all of it stands under "".

    Args:
        amounts: the monthly amount wanted, by division; a division left out keeps its amount.
        currents: the amounts in force.
        valid_from: the day the change shall begin on.
        today: the utility's local date.
        policy: the utility's limits.

    """
    by_division = {each.division: each for each in currents}
    if amounts.keys() - by_division.keys():
        return dict.fromkeys(amounts.keys() - by_division.keys(), Refusal.NOT_CHANGEABLE)
    found = {key: refuse_amount(amount, by_division[key], policy) for key, amount in amounts.items()}
    refusals = {key: refusal for key, refusal in found.items() if refusal is not None}
    if all(amount == by_division[key].amount for key, amount in amounts.items()):
        refusals[""] = Refusal.NOTHING_CHANGED
    elif valid_from not in offered_dates(today, policy):
        refusals[""] = Refusal.DATE_NOT_OFFERED
    return refusals


def _day_of(month: dt.date, day: int) -> dt.date:
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def _month_after(date: dt.date) -> dt.date:
    return (date.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
