"""Changing the password of a login that is signed in (guide lines 88 to 90; security.md A10)."""

import datetime as dt

from django.db import transaction

from kundenportal.identity.models import User
from kundenportal.identity.password_check import check_own_password
from kundenportal.identity.password_hashing import hash_password
from kundenportal.identity.security_events import report_security_event
from kundenportal.identity.services import set_password


def change_password(
    user: User,
    *,
    current_password: str,
    password: str,
    session_key: str | None,
    device: str,
    now: dt.datetime,
) -> None:
    """Give a login another password; its other sessions and its links end, everybody who must know is told.

    Hashes are computed before the transaction, which therefore is short.

    Args:
        user: the login.
        current_password: as typed.
        password: one that ``password_problem`` let pass.
        session_key: the session that goes on.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Raises:
        TooManyWrongPasswords: when the current one was wrong too often.
        WrongPassword: when the current one is wrong; nothing changed.

    """
    check_own_password(user, current_password, now=now)
    password_hash = hash_password(password)
    with transaction.atomic(durable=True):
        set_password(user, password_hash=password_hash, session_key=session_key, now=now)
        report_security_event(
            "password_changed", user=user, action="password.changed", device=device, now=now
        )
