"""The second step of signing in: the code of an app or a recovery code, slowed down against guessing."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.factors.authenticator_app import WrongCode, take_app_code
from kundenportal.identity.factors.recovery_codes import (
    WrongRecoveryCode,
    fitting_recovery_code,
    take_recovery_code,
)
from kundenportal.identity.models import User
from kundenportal.identity.security_events import report_security_event
from kundenportal.identity.throttle import Limit, allow, allow_all, give_back

TRIES, WINDOW = 5, dt.timedelta(minutes=15)
TRIES_A_DAY, DAY = 50, dt.timedelta(days=1)


class CodeRefused(Exception):
    """The code is wrong, too old, or was taken before; the try is counted."""


class TooManyCodes(Exception):
    """Too many wrong codes for this login; none is looked at for a quarter of an hour, at most a day."""


def confirm_with_app(user: User, *, code: str, device: str, now: dt.datetime) -> None:
    """Take the code of the login's app as the second step of signing in.

    Only who showed the password gets here, so that nobody can shut a neighbour out. Five wrong codes within
    a quarter of an hour, and fifty a day, leave a guesser a chance of 150 in a million a day.

    Args:
        user: the login whose password was shown.
        code: as typed.
        device: what the browser says it is, for a mail.
        now: when, aware.

    Raises:
        TooManyCodes: before any code is compared.
        CodeRefused: when it does not fit.

    """
    limits = _count_try(user, device, now)
    try:
        with transaction.atomic(durable=True):
            take_app_code(user, code, now=now)
            give_back(limits, now=now)
            record("second_step.app", actor=user.actor, now=now)
    except WrongCode:
        raise CodeRefused from None


def confirm_with_recovery_code(user: User, *, code: str, device: str, now: dt.datetime) -> None:
    """Take a recovery code as the second step of signing in; tries count as those of ``confirm_with_app``.

    Args:
        user: the login whose password was shown.
        code: as typed.
        device: what the browser says it is, for the mail that a code was used.
        now: when, aware.

    Raises:
        TooManyCodes: before any code is compared.
        CodeRefused: when it does not fit.

    """
    limits = _count_try(user, device, now)
    fitting = fitting_recovery_code(user, code)
    if fitting is None:
        raise CodeRefused
    try:
        with transaction.atomic(durable=True):
            take_recovery_code(fitting, device=device, now=now)
            give_back(limits, now=now)
            record("second_step.recovery_code", actor=user.actor, now=now)
    except WrongRecoveryCode:
        raise CodeRefused from None


def _count_try(user: User, device: str, now: dt.datetime) -> Sequence[Limit]:
    """Count one try; when there were too many, the owner is told once a day that his password is known."""
    limits = [
        Limit("second-step", str(user.pk), TRIES, WINDOW),
        Limit("second-step-day", str(user.pk), TRIES_A_DAY, DAY),
    ]
    if allow_all(limits, now=now):
        return limits
    with transaction.atomic(durable=True):
        if allow("second-step-told", str(user.pk), limit=1, window=DAY, now=now):
            report_security_event("second_step_blocked", user=user, device=device, now=now)
    raise TooManyCodes
