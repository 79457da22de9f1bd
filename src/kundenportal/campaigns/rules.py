"""What a campaign may be, when its reminders leave and how fast its mails do; no clock, no database."""

import datetime as dt
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

MOST_DAYS = 366
"""How long a reading period may be."""

MOST_REMINDER_DAYS = 60

MAILS_EVERY = dt.timedelta(seconds=10)
"""How often some mails are put into the outbox, so that a pause stops all but a few."""

KEPT_FOR = dt.timedelta(days=90)
"""How long invitations are kept after a campaign's end: as long as the rows of its mails."""


class Fault(Enum):
    """What is wrong with the days of a campaign."""

    PERIOD_BACKWARDS = "period_backwards"
    PERIOD_TOO_LONG = "period_too_long"
    PERIOD_OVER = "period_over"
    DUE_BEFORE_PERIOD = "due_before_period"
    DUE_AFTER_PERIOD = "due_after_period"
    DUE_OVER = "due_over"
    REMINDERS_BACKWARDS = "reminders_backwards"


@dataclass(frozen=True)
class Days:
    """The days of a campaign; reminders are counted in days before the due date, None for no such one."""

    period_from: dt.date
    period_to: dt.date
    due: dt.date
    first_reminder: int | None
    last_reminder: int | None


def faults_of(days: Days, *, today: dt.date) -> list[Fault]:
    """Return what is wrong with the days of a campaign that has not begun.

    Args:
        days: as somebody typed them.
        today: the utility's local date.

    """
    faults = []
    if days.period_to < days.period_from:
        faults.append(Fault.PERIOD_BACKWARDS)
    elif (days.period_to - days.period_from).days > MOST_DAYS:
        faults.append(Fault.PERIOD_TOO_LONG)
    elif days.period_to < today:
        faults.append(Fault.PERIOD_OVER)
    elif days.due < days.period_from:
        faults.append(Fault.DUE_BEFORE_PERIOD)
    elif days.due > days.period_to:
        faults.append(Fault.DUE_AFTER_PERIOD)
    elif days.due < today:
        faults.append(Fault.DUE_OVER)
    first, last = days.first_reminder, days.last_reminder
    if first is not None and last is not None and first <= last:
        faults.append(Fault.REMINDERS_BACKWARDS)
    return faults


def still_asks(due: dt.date, *, today: dt.date) -> bool:
    """Tell whether a campaign still invites and reminds: until its due date, which every mail and card names.

    Readings are welcome, and links good, until the end of its period.

    Args:
        due: its due date.
        today: the utility's local date.

    """
    return today <= due


@dataclass(frozen=True)
class Reminder:
    """A reminder that is due.

    Attributes:
        number: 1 for the first one, 2 for the last one.
        day: the local day on which it became due.

    """

    number: int
    day: dt.date


def reminder_due(days: Days, *, today: dt.date) -> Reminder | None:
    """Return the latest reminder whose day has come, or None: none before it, and none after the due date.

    One that nobody sent on its day, for the job runner stood still, is sent later, until the next one's day.
    """
    if not still_asks(days.due, today=today):
        return None
    wanted = ((2, days.last_reminder), (1, days.first_reminder))
    for number, before in wanted:
        if before is not None and today >= (day := days.due - dt.timedelta(days=before)):
            return Reminder(number, day)
    return None


def mails_at_once(per_minute: int) -> int:
    """Return how many mails all campaigns together may put into the outbox every ``MAILS_EVERY``.

    Args:
        per_minute: how many mails they may send in a minute; 6 or more, or none would ever leave.

    """
    return per_minute * int(MAILS_EVERY.total_seconds()) // 60


PLACES_IN_A_MAIL = 20
"""How many premises one mail asks for at most: more links make a mail that nobody reads to its end."""

Each = TypeVar("Each")


def grouped_by_mail(invitations: Iterable[Each], reader_of: Callable[[Each], Hashable]) -> list[list[Each]]:
    """Return which invitations share a mail: those of one reader, ``PLACES_IN_A_MAIL`` at most.

    Args:
        invitations: in the order in which they are to be sent.
        reader_of: returns who reads the mail of one.

    """
    groups: dict[Hashable, list[list[Each]]] = {}
    in_order: list[list[Each]] = []
    for invitation in invitations:
        own = groups.setdefault(reader_of(invitation), [])
        if not own or len(own[-1]) == PLACES_IN_A_MAIL:
            own.append([])
            in_order.append(own[-1])
        own[-1].append(invitation)
    return in_order


@dataclass(frozen=True)
class Known:
    """A reading that is known of a meter: on which local day and by which way it came."""

    date: dt.date
    way: str


def last_of(known: Iterable[Known | None]) -> Known | None:
    """Return what completed an invitation: the latest reading, or None while one of its meters lacks any."""
    each = list(known)
    readings = [reading for reading in each if reading is not None]
    if not readings or len(readings) < len(each):
        return None
    return max(readings, key=lambda reading: reading.date)
