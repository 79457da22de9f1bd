"""What a customer can read off: meters and registers with what stands already; plain data, no database."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kundenportal.metering.rules import Impossible, NewReading, Refusal, Verdict, assess_reading
from kundenportal.metering.usual_range import PastReading, RegisterFacts, UsualRange, usual_range


class Closed(StrEnum):
    """Why a meter takes no reading from the customer."""

    REMOTE = "remote"
    REMOVED = "removed"
    PREMISE_ENDED = "premise_ended"


@dataclass(frozen=True)
class SentReading:
    """A value the customer sent and the billing system has not answered yet.

    It can be replaced until it is exported.
    """

    id: int
    submission_id: int
    reference: str
    date: dt.date
    value: Decimal
    is_replaceable: bool


@dataclass(frozen=True)
class RegisterToRead:
    """One counter of a meter, its readings from the billing system, and those still on their way there."""

    id: int
    code: str
    label: str
    facts: RegisterFacts
    accepted: tuple[PastReading, ...] = ()
    sent: tuple[SentReading, ...] = ()

    def history(self, *, without: int | None = None) -> list[PastReading]:
        """Return all readings, oldest first: of one day the accepted one counts.

        Args:
            without: the id of a sent reading to leave out, because a new one shall replace it.

        """
        known = {each.date for each in self.accepted}
        pending = [
            PastReading(each.date, each.value, is_pending=True, is_replaceable=each.is_replaceable)
            for each in self.sent
            if each.date not in known and each.id != without
        ]
        return sorted((*self.accepted, *pending), key=lambda each: each.date)

    def last(self, *, without: int | None = None) -> PastReading | None:
        """Return the last reading, or None."""
        history = self.history(without=without)
        return history[-1] if history else None

    def last_value(self, *, without: int | None = None) -> Decimal | None:
        """Return what the counter showed at the last reading, without the digits nobody reads off."""
        last = self.last(without=without)
        return self.facts.as_read(last.value) if last else None

    def may_replace(self, sent_id: int) -> bool:
        """Tell whether a new value may take the place of a sent one: while that is not exported."""
        return any(each.id == sent_id and each.is_replaceable for each in self.sent)

    def usual(self, until: dt.date, *, without: int | None = None) -> UsualRange | None:
        """Return the usual use from the last reading until a day."""
        return usual_range(self.facts, self.history(without=without), until=until)

    def assess(
        self, reading: NewReading, *, today: dt.date, max_age_days: int, replaces: int | None = None
    ) -> Verdict:
        """Assess a new reading of this register (see ``assess_reading``).

        Args:
            reading: the new value.
            today: the utility's local date.
            max_age_days: how many days ago a reading may have been taken.
            replaces: the id of the sent value that the new one shall take the place of.

        """
        if replaces is not None and not self.may_replace(replaces):
            return Impossible(Refusal.NO_LONGER_REPLACEABLE)
        return assess_reading(
            reading,
            register=self.facts,
            history=self.history(without=replaces),
            today=today,
            max_age_days=max_age_days,
        )


@dataclass(frozen=True)
class MeterToRead:
    """A meter with its registers. ``is_due`` tells that the utility waits for a reading of it."""

    id: int
    meter_number: str
    division: str
    registers: tuple[RegisterToRead, ...]
    closed: Closed | None = None
    removed_date: dt.date | None = None
    is_due: bool = False
