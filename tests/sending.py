"""Sending something of every kind, for the tests that prove what all kinds have in common."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from kundenportal.metering.rules import NewReading
from kundenportal.metering.services import ReadingToSubmit, submit_meter_readings
from kundenportal.submissions.models import Submission
from tests.make import NOW, TODAY, Household

Send = Callable[[str], Submission]
"""Sends once, with this idempotency key."""


def _meter_reading(household: Household) -> Send:
    reading = ReadingToSubmit(household.strom.pk, NewReading(TODAY, Decimal(24_318)))

    def send(key: str) -> Submission:
        return submit_meter_readings(
            actor=household.user,
            premise=household.premise,
            readings=[reading],
            confirmed=(),
            key=key,
            now=NOW,
        )

    return send


SENDERS: Mapping[str, Callable[[Household], Send]] = {Submission.Kind.METER_READING: _meter_reading}
"""What makes a household ready for a kind of submission and returns how to send it. A new kind adds its line."""
