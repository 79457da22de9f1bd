"""Asking somebody who is signed in for his password again."""

import datetime as dt

from kundenportal.identity.models import User
from kundenportal.identity.password_hashing import password_matches
from kundenportal.identity.throttle import Limit, allow_all, give_back

_LIMIT, _WINDOW = 10, dt.timedelta(minutes=15)


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
