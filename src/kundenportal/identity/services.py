"""What is done to logins."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import transaction

from kundenportal.identity.models import AttemptCounter, OneTimeSecret, User
from kundenportal.identity.one_time_secrets import end_secrets_of

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


def set_password(user: User, *, password_hash: str, now: dt.datetime) -> None:
    """Give a login a new password, in the caller's transaction; its links and all its sessions end.

    Every session carries a fingerprint of the password it was opened with, so a new one ends them.
    """
    user.password = password_hash
    user.password_changed_at = now
    user.save(update_fields=["password", "password_changed_at"])
    end_secrets_of(user, now=now)


def delete_expired(now: dt.datetime) -> int:
    """Delete sessions, counters and secrets whose time is over; return how many rows went."""
    with transaction.atomic(durable=True):
        sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
        counters, _ = AttemptCounter.objects.filter(window_ends_at__lt=int(now.timestamp())).delete()
        secrets, _ = OneTimeSecret.objects.filter(expires_at__lt=now - SECRETS_KEPT).delete()
    return sessions + counters + secrets
