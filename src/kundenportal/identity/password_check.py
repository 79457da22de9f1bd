"""Asking somebody who is signed in for his password again."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.models import User
from kundenportal.identity.password_hashing import password_matches
from kundenportal.identity.security_events import report_security_event
from kundenportal.identity.sessions import end_session
from kundenportal.identity.throttle import Limit, allow, allow_all, count_one, give_back

_LIMIT, _WINDOW = 10, dt.timedelta(minutes=15)

WRONG_IN_A_SESSION = 10
"""How many refused passwords end a session; its key, and with it the count, is new after a right one."""

_DAY = dt.timedelta(days=1)


class WrongPassword(Exception):
    """The password is not that of the login; the try is counted."""


class TooManyWrongPasswords(Exception):
    """The password was wrong ten times within a quarter of an hour; none is looked at for now."""


def check_own_password(user: User, password: str, *, now: dt.datetime) -> None:
    """Check the password of a login that is signed in; only wrong ones count.

    A found session must not become a place to guess at: ten wrong ones, and the rest of the quarter of an
    hour is closed for this login, wherever it is asked.

    Args:
        user: the login.
        password: as typed.
        now: when, aware.

    Raises:
        TooManyWrongPasswords: before any hash is computed.
        WrongPassword: when it does not fit.

    """
    limits = [Limit("own-password", str(user.pk), _LIMIT, _WINDOW)]
    if not allow_all(limits, now=now):
        raise TooManyWrongPasswords
    if not password_matches(password, user.password):
        raise WrongPassword
    give_back(limits, now=now)


def end_guessing_session(user: User, *, session_key: str, device: str, now: dt.datetime) -> bool:
    """Count a refused password against the session it was typed in, and end that session at the tenth.

    Whoever guesses at his own password in a session may have found it, so everybody who must know is told,
    once a day.

    Args:
        user: the login.
        session_key: the session in which ``check_own_password`` refused.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Returns:
        Whether the session ended.

    """
    with transaction.atomic(durable=True):
        refused = Limit("own-password-session", session_key, WRONG_IN_A_SESSION, _DAY)
        if count_one(refused, now=now) < WRONG_IN_A_SESSION:
            return False
        end_session(session_key)
        record("session.ended_by_guessing", actor=user.actor, subject=f"user:{user.pk}", now=now)
        if allow("own-password-told", str(user.pk), limit=1, window=_DAY, now=now):
            report_security_event("own_password_guessed", user=user, device=device, now=now)
    return True
