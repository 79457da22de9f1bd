"""Sending something of every kind, for the tests that prove what all kinds have in common."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from kundenportal.advance_payments.services import submit_advance_payment_change
from kundenportal.metering.rules import NewReading
from kundenportal.metering.services import (
    ReadingToSubmit,
    submit_meter_readings,
    submit_readings_by_link,
)
from kundenportal.submissions.models import Submission
from tests.addresses import send_address
from tests.banking import consent_to, give_account, send_bank_change, wish
from tests.contact import send_message
from tests.make import NOW, TODAY, Household, make_payment_plan
from tests.public_readings import reading_link, send_report, token_of

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


def _advance_payment(household: Household) -> Send:
    make_payment_plan(household.premise)

    def send(key: str) -> Submission:
        return submit_advance_payment_change(
            actor=household.user,
            premise=household.premise,
            amounts={"strom": Decimal(85)},
            valid_from=dt.date(2027, 1, 1),
            comment="Auszug eines Kindes",
            key=key,
            now=NOW,
        )

    return send


def _address_change(household: Household) -> Send:
    return lambda key: send_address(household, key=key, contact_email=household.user.email)


def _bank_change(household: Household) -> Send:
    give_account(household.customer)
    consent = consent_to(household, [wish()])
    return lambda key: send_bank_change(household, key=key, consent=consent)


def send_by_link(household: Household) -> Send:
    """Make a link for the household and return how to send with it."""
    token = token_of(reading_link(household.premise))
    reading = ReadingToSubmit(household.strom.pk, NewReading(TODAY, Decimal(24_318)))

    def send(key: str) -> Submission:
        return submit_readings_by_link(token=token, readings=[reading], confirmed=(), key=key, now=NOW)

    return send


def send_in_public(household: Household) -> Send:
    """Return how somebody without a login reports the household's electricity meter."""
    return lambda key: send_report(key=key).reading_submission.submission


def _contact_message(household: Household) -> Send:
    return lambda key: send_message(household, key=key)


SENDERS: Mapping[str, Callable[[Household], Send]] = {
    Submission.Kind.METER_READING: _meter_reading,
    Submission.Kind.ADVANCE_PAYMENT: _advance_payment,
    Submission.Kind.ADDRESS_CHANGE: _address_change,
    Submission.Kind.BANK_CHANGE: _bank_change,
    Submission.Kind.CONTACT_MESSAGE: _contact_message,
}
"""What makes a household ready for a kind of submission and returns how to send it. A new kind adds its line."""

WITHOUT_LOGIN: Mapping[str, Callable[[Household], Send]] = {
    Submission.Channel.LINK: send_by_link,
    Submission.Channel.PUBLIC: send_in_public,
}
"""The ways of a meter reading that need no login. A new channel adds its line."""
