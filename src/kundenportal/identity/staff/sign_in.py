"""Signing in to the back office: address and password; a second step always follows (security.md A0)."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email
from kundenportal.identity.devices import Device
from kundenportal.identity.factors.overview import has_second_factor
from kundenportal.identity.models import User
from kundenportal.identity.password_hashing import password_matches
from kundenportal.identity.sign_in_door import admit, note_failure, note_success

_KEPT_LENGTH = 254


class SignInRefused(Exception):
    """Wrong, unknown, closed or not set up: nobody is told which."""


def sign_in_staff(*, email: str, password: str, address: str, device: Device, now: dt.datetime) -> User:
    """Return the login of somebody who works here that address and password belong to.

    The password alone opens nothing: whoever calls this asks for the second factor next. Counters, waits and
    the cost of a try are those of customers (``sign_in_door``).

    Args:
        email: as typed.
        password: as typed.
        address: the client's address.
        device: the browser, as its cookie presents it.
        now: when, aware.

    Raises:
        TooManyTries: before any hash is computed.
        SignInRefused: when it does not fit, or the access was not set up to its end.

    """
    typed = _canonical(email)
    logins = list(User.objects.filter(email=typed, is_staff=True, is_active=True))
    attempt = admit(typed=typed, logins=logins, device=device, address=address, now=now)
    user = next(iter(attempt.admitted), None)
    fits = password_matches(password, user.password if user else None)
    if user is None or not fits or not has_second_factor(user):
        note_failure(attempt, now=now)
        raise SignInRefused
    with transaction.atomic(durable=True):
        note_success(attempt, now=now)
        record("staff.password_shown", actor=user.actor, now=now)
    return user


def _canonical(typed: str) -> str:
    try:
        return canonical_email(typed)
    except InvalidEmailAddress:
        return typed.strip().casefold()[:_KEPT_LENGTH]
