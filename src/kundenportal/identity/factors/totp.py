"""Codes that an app makes from a key and the clock (RFC 6238: SHA-1, thirty seconds, six digits)."""

import datetime as dt
import re

import pyotp
from pyotp.utils import strings_equal

STEP_SECONDS = 30
DIGITS = 6
DRIFT_STEPS = 1
"""How many steps a clock may be early or late (RFC 6238, 5.2)."""


def new_key() -> str:
    """Return a new key: 160 bits of chance in base 32."""
    return pyotp.random_base32()


def matching_step(key: str, code: str, *, after: int, now: dt.datetime) -> int | None:
    """Return the step whose code was typed, or None when there is none.

    Args:
        key: the key in base 32.
        code: as typed; blanks do not count.
        after: the newest step whose code was taken; that one and earlier ones are no good any more.
        now: when, aware.

    """
    typed = re.sub(r"\s", "", code)
    step_now = step_at(now)
    totp = pyotp.TOTP(key, digits=DIGITS, interval=STEP_SECONDS)
    steps = range(step_now - DRIFT_STEPS, step_now + DRIFT_STEPS + 1)
    # Every step is compared, so that the time says nothing about which one it was.
    fitting = [step for step in steps if strings_equal(totp.generate_otp(step), typed)]
    return next((step for step in fitting if step > after), None)


def step_at(now: dt.datetime) -> int:
    """Return the number of the thirty seconds that a moment lies in."""
    return int(now.timestamp()) // STEP_SECONDS


def provisioning_uri(key: str, *, account: str, issuer: str) -> str:
    """Return the address that an app reads from the picture.

    Args:
        key: the key in base 32.
        account: whose codes they are, as the app shows it.
        issuer: what they are for, as the app shows it.

    """
    return pyotp.TOTP(key, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(
        name=account, issuer_name=issuer
    )


def key_in_groups(key: str) -> str:
    """Return a key as a person types it into an app: in groups of four."""
    return " ".join(key[place : place + 4] for place in range(0, len(key), 4))
