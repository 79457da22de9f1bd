"""Forgetting a login: what it was signs nobody in any more and names nobody."""

import datetime as dt
from collections.abc import Callable

from kundenportal.identity.models import (
    AuthenticatorApp,
    EmailChange,
    KeptForm,
    OneTimeSecret,
    Passkey,
    RecoveryCode,
    SecurityEvent,
    User,
)
from kundenportal.identity.password_hashing import unusable_password
from kundenportal.identity.sessions import end_sessions

Forget = Callable[[User, dt.datetime], None]

_others: list[Forget] = []


def also_forget(forget: Forget) -> None:
    """Let a package above this one delete what it keeps of a forgotten login; called once, when ready.

    Args:
        forget: runs in the transaction of whoever forgets the login, with the login locked.

    """
    _others.append(forget)


def forget_login(user: User, *, now: dt.datetime) -> None:
    """Empty a login's row and what hangs on it, in the caller's transaction.

    The row itself stays, so that what the audit trail and others say of its number stays true.

    Args:
        user: the login, locked.
        now: when, aware.

    """
    end_sessions(user)
    for model in (EmailChange, KeptForm, OneTimeSecret, Passkey, AuthenticatorApp, RecoveryCode):
        model.objects.filter(user=user).delete()
    for forget in _others:
        forget(user, now)
    # What happened before can be called not one's own doing no more: there is nothing left to secure.
    SecurityEvent.objects.filter(user=user, disavowed_at=None).update(disavowed_at=now)
    user.email, user.email_verified_at = "", None
    user.password, user.password_changed_at = unusable_password(), now
    user.is_active = False
    user.save()
