"""What is done to logins."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import transaction

from kundenportal.identity.factors.challenges import delete_used_challenges
from kundenportal.identity.failure_streaks import delete_old_streaks, forget_failures, streak_of_login
from kundenportal.identity.kept_forms import KEPT_FOR
from kundenportal.identity.models import AttemptCounter, EmailChange, KeptForm, OneTimeSecret, User
from kundenportal.identity.one_time_secrets import end_secrets_of
from kundenportal.identity.sessions import end_sessions

SECRETS_KEPT = dt.timedelta(days=30)
"""How long an expired secret is kept, so that its page can offer a new link."""


def create_login(*, email: str, password_hash: str, language: str, now: dt.datetime) -> User:
    """Insert a login whose mailbox is proven, in the caller's transaction.

    Args:
        email: the canonical address.
        password_hash: of ``password_hashing.hash_password``, which is too slow to run inside a transaction.
        language: the language of its mails.
        now: when, aware.

    """
    return User.objects.create(
        email=email,
        email_verified_at=now,
        password=password_hash,
        password_changed_at=now,
        language=language,
        created_at=now,
    )


def set_password(user: User, *, password_hash: str, now: dt.datetime, session_key: str | None = None) -> None:
    """Give a login a new password, in the caller's transaction.

    Its links, its sessions and a change of address that waits end with the old one: whoever prepared them
    may have known it (security.md A10).

    Args:
        user: the login.
        password_hash: of ``password_hashing.hash_password``, or an unusable one.
        now: when, aware.
        session_key: the session that goes on, when its owner changes the password himself. Every session
            carries a fingerprint of the password, which ``sessions.keep_session`` renews.

    """
    user.password = password_hash
    user.password_changed_at = now
    user.save(update_fields=["password", "password_changed_at"])
    forget_failures([streak_of_login(user)])
    end_secrets_of(user, now=now)
    EmailChange.objects.filter(user=user, completed_at=None, ended_at=None).update(ended_at=now)
    KeptForm.objects.filter(user=user).delete()
    end_sessions(user, except_key=session_key)


def delete_expired(now: dt.datetime) -> int:
    """Delete sessions, counters, secrets, kept forms and challenges whose time is over; return how many."""
    with transaction.atomic(durable=True):
        expired = Session.objects.filter(expire_date__lt=now)
        sessions = expired.count()
        expired.delete()
        counters, _ = AttemptCounter.objects.filter(window_ends_at__lt=int(now.timestamp())).delete()
        secrets, _ = OneTimeSecret.objects.filter(expires_at__lt=now - SECRETS_KEPT).delete()
        forms, _ = KeptForm.objects.filter(created_at__lt=now - KEPT_FOR).delete()
        challenges = delete_used_challenges(now)
        streaks = delete_old_streaks(now)
    return sessions + counters + secrets + forms + challenges + streaks
