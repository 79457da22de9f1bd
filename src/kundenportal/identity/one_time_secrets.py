"""Secrets that open one thing once (security.md A0): made here, kept as hashes, used up by a POST."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from kundenportal.identity.models import OneTimeSecret, User

_TOKEN_BYTES = 20


def issue_token(
    purpose: OneTimeSecret.Purpose,
    *,
    subject: str,
    lifetime: dt.timedelta,
    now: dt.datetime,
    user: User | None = None,
) -> tuple[OneTimeSecret, str]:
    """Make the token of a link, 160 bits of chance, and end the earlier ones of its purpose and subject.

    Args:
        purpose: what it opens.
        subject: whom or what it is for.
        lifetime: how long it is good.
        now: when, aware.
        user: the login it belongs to, if there is one; a password change ends it then.

    Returns:
        The stored row, which holds only the hash, and the token, which is kept nowhere.

    """
    OneTimeSecret.objects.filter(purpose=purpose, subject=subject, used_at=None).update(used_at=now)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    secret = OneTimeSecret.objects.create(
        purpose=purpose,
        subject=subject,
        digest=_digest(token),
        user=user,
        created_at=now,
        expires_at=now + lifetime,
    )
    return secret, token


def issue_tokens(
    purpose: OneTimeSecret.Purpose, *, subjects: Sequence[str], lifetime: dt.timedelta, now: dt.datetime
) -> list[tuple[OneTimeSecret, str]]:
    """Make many tokens at once; unlike ``issue_token`` this ends no earlier ones.

    Args:
        purpose: what they open.
        subjects: whom or what each is for.
        lifetime: how long they are good.
        now: when, aware.

    Returns:
        The stored rows and the tokens, in the order of the subjects.

    """
    tokens = [secrets.token_urlsafe(_TOKEN_BYTES) for _ in subjects]
    rows = OneTimeSecret.objects.bulk_create(
        OneTimeSecret(
            purpose=purpose, subject=subject, digest=_digest(token), created_at=now, expires_at=now + lifetime
        )
        for subject, token in zip(subjects, tokens, strict=True)
    )
    return list(zip(rows, tokens, strict=True))


def find_secret(purpose: OneTimeSecret.Purpose, token: str) -> OneTimeSecret | None:
    """Return the secret of a token, also when it is used or expired, or None when there is none."""
    return OneTimeSecret.objects.filter(purpose=purpose, digest=_digest(token)).first()


def open_secret(purpose: OneTimeSecret.Purpose, token: str, *, now: dt.datetime) -> OneTimeSecret | None:
    """Return the secret of a token while it is good, or None. Looking uses nothing up."""
    secret = find_secret(purpose, token)
    return secret if secret and _is_good(secret, now) else None


def lock_secret(purpose: OneTimeSecret.Purpose, token: str, *, now: dt.datetime) -> OneTimeSecret | None:
    """Return the secret of a token while it is good, locked until the caller's transaction ends."""
    secret = OneTimeSecret.objects.select_for_update().filter(purpose=purpose, digest=_digest(token)).first()
    return secret if secret and _is_good(secret, now) else None


def lock_login_secret(
    purpose: OneTimeSecret.Purpose, token: str, *, now: dt.datetime
) -> OneTimeSecret | None:
    """Return the secret of an active login while it is good, login and secret locked.

    A link that customers get never opens the login of somebody who works here, and the other way round.

    The login comes first, as wherever its links are ended, so that nobody waits crosswise.
    """
    found = open_secret(purpose, token, now=now)
    if found is None or found.user_id is None:
        return None
    is_staff = purpose == OneTimeSecret.Purpose.STAFF_ACCESS
    logins = User.objects.select_for_update().filter(is_active=True, is_staff=is_staff)
    user = logins.filter(pk=found.user_id).first()
    secret = lock_secret(purpose, token, now=now) if user else None
    if secret is not None:
        secret.user = user
    return secret


def use_up(secret: OneTimeSecret, *, now: dt.datetime) -> None:
    """Use a locked secret up: it opens nothing more."""
    secret.used_at = now
    secret.save(update_fields=["used_at"])


def end_secrets_of(user: User, *, now: dt.datetime) -> None:
    """End every open secret of a login, as a new password does."""
    OneTimeSecret.objects.filter(user=user, used_at=None).update(used_at=now)


def _is_good(secret: OneTimeSecret, now: dt.datetime) -> bool:
    return secret.used_at is None and now < secret.expires_at


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
