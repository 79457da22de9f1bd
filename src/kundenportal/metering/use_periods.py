"""The rule that turns the values of one counter into periods of use: plain values in, periods out.

A value is what the counter showed in the evening of its day (the portal's reading of "Stand am"): between the
values of 31 December 2024 and 31 December 2025 lies the use of the 365 days of 2025. In such a period::

    use         = (later value - earlier value) x factor of the register
    use per day = use / days

A counter that fell by more than half of what it can show has run over and started again from zero (as serial
numbers are compared in RFC 1982, section 3.2). When it fell by less, either an estimate was wrong, and the
use is that between its neighbours, or nobody knows what was used. Sources: product.md ruling 8, ux.md C8.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Unknown(StrEnum):
    """Why no use is known up to a value."""

    NO_VALUE_BEFORE = "no_value_before"
    ESTIMATE_REFUTED = "estimate_refuted"
    VALUE_FELL = "value_fell"
    OTHER_METER = "other_meter"


@dataclass(frozen=True)
class CounterValue:
    """What a counter showed in the evening of a day.

    Attributes:
        date: the day.
        value: what it showed.
        origin: where the value comes from, in the word of the exchange format.
        is_estimated: whether the utility guessed it.
        status: where a value stands that the customer sent and nobody has accepted yet; else empty.
        is_of_other_meter: whether the customer says that this is already the next meter's value.

    """

    date: dt.date
    value: Decimal
    origin: str = ""
    is_estimated: bool = False
    status: str = ""
    is_of_other_meter: bool = False

    @property
    def is_pending(self) -> bool:
        """Whether nobody has accepted the value yet."""
        return bool(self.status)


@dataclass(frozen=True)
class Period:
    """What was used from the evening of one day to the evening of a later one.

    ``is_estimated`` and ``is_pending`` tell of either end.
    """

    start: dt.date
    end: dt.date
    use: Decimal
    is_estimated: bool = False
    is_pending: bool = False

    @property
    def days(self) -> int:
        """How many days it lasts; at least one."""
        return (self.end - self.start).days

    @property
    def per_day(self) -> Decimal:
        """The use of one day on average."""
        return self.use / self.days


@dataclass(frozen=True)
class Step:
    """A value of a counter, and the period that ends with it or why there is none."""

    value: CounterValue
    period: Period | None = None
    unknown: Unknown | None = None


def one_a_day(values: Iterable[CounterValue]) -> list[CounterValue]:
    """Return the values of a counter, oldest first: of one day the accepted one, else the last one given."""
    by_day: dict[dt.date, CounterValue] = {}
    for each in values:
        known = by_day.get(each.date)
        if known is None or known.is_pending or not each.is_pending:
            by_day[each.date] = each
    return [by_day[date] for date in sorted(by_day)]


def steps_of(values: Iterable[CounterValue], *, capacity: Decimal, factor: Decimal) -> list[Step]:
    """Return the values of a counter, oldest first, each with the use since the one before.

    Args:
        values: in any order; of one day the accepted one counts, else the last one given.
        capacity: the value at which the counter starts again from zero.
        factor: what a step of the counter is, in the register's unit.

    """
    steps: list[Step] = []
    last: CounterValue | None = None
    ordered = one_a_day(values)
    refuted = _refuted_by_later(ordered, capacity)
    for value in ordered:
        moved = _moved(last, value, capacity) if last else None
        if value.is_of_other_meter:
            steps.append(Step(value, unknown=Unknown.OTHER_METER))
        elif value.date in refuted or (last and value.is_estimated and moved is None):
            steps.append(Step(value, unknown=Unknown.ESTIMATE_REFUTED))
        else:
            steps.append(_step(last, value, None if moved is None else moved * factor))
            last = value
    return steps


def periods_of(steps: Iterable[Step]) -> tuple[Period, ...]:
    """Return the periods of which the use is known, oldest first."""
    return tuple(each.period for each in steps if each.period is not None)


def _refuted_by_later(ordered: Sequence[CounterValue], capacity: Decimal) -> set[dt.date]:
    """Return the days of the estimates that were too high: the counter showed less later."""
    refuted = set()
    following: CounterValue | None = None
    for value in reversed(ordered):
        if value.is_of_other_meter:
            continue
        if value.is_estimated and following and _moved(value, following, capacity) is None:
            refuted.add(value.date)
        else:
            following = value
    return refuted


def _moved(earlier: CounterValue, later: CounterValue, capacity: Decimal) -> Decimal | None:
    """Return by how much the counter moved on, or None when it fell without running over."""
    if later.value >= earlier.value:
        return later.value - earlier.value
    if (earlier.value - later.value) * 2 > capacity:
        return later.value + capacity - earlier.value
    return None


def _step(last: CounterValue | None, value: CounterValue, use: Decimal | None) -> Step:
    if last is None:
        return Step(value, unknown=Unknown.NO_VALUE_BEFORE)
    if use is None:
        return Step(value, unknown=Unknown.VALUE_FELL)
    period = Period(
        last.date,
        value.date,
        use,
        is_estimated=last.is_estimated or value.is_estimated,
        is_pending=last.is_pending or value.is_pending,
    )
    return Step(value, period)
