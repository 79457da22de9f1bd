"""Forgetting a login: what it was signs nobody in any more and names nobody."""

import datetime as dt

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
    # What happened before can be called not one's own doing no more: there is nothing left to secure.
    SecurityEvent.objects.filter(user=user, disavowed_at=None).update(disavowed_at=now)
    user.email, user.email_verified_at = "", None
    user.password, user.password_changed_at = unusable_password(), now
    user.is_active = False
    user.save()
