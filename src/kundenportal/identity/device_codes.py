"""Six digits by mail, which confirm a device that a login never used (security.md A0, "Assurance level").

They prove the mailbox and nothing else: a device confirmation, no second factor (NIST SP 800-63B-4, 3.1.3.1),
so a login that has one is never asked for them instead.
"""

import datetime as dt
import re
import secrets

from django.db import transaction
from django.db.models import QuerySet

from kundenportal.audit.services import record
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import use_up
from kundenportal.identity.password_hashing import hash_password, password_matches
from kundenportal.identity.throttle import Limit, allow, allow_all
from kundenportal.mailing.kinds import Context, register
from kundenportal.mailing.services import enqueue

LIFETIME = dt.timedelta(minutes=10)
TRIES = 5
DIGITS = 6

_MINUTE, _HOUR, _DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


class TooManyDeviceCodes(Exception):
    """A code was sent within this minute, or five within this hour."""


class DeviceCodeRefused(Exception):
    """The code is wrong, older than ten minutes, or was tried five times."""


def register_mails() -> None:
    """Make the mail known; its code is made at the moment it is sent."""
    register("device_code", _add_code)


def request_device_code(user: User, *, device: str, now: dt.datetime) -> None:
    """Send a code to the address of a login.

    Args:
        user: the login, whose password was shown.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Raises:
        TooManyDeviceCodes: when one is on its way already; nothing is sent.

    """
    limits = [
        Limit("device-code-minute", str(user.pk), 1, _MINUTE),
        Limit("device-code-hour", str(user.pk), 5, _HOUR),
    ]
    if not allow_all(limits, now=now):
        raise TooManyDeviceCodes
    with transaction.atomic(durable=True):
        enqueue(
            "device_code",
            to=user.email,
            context={"user_id": user.pk, "device": device},
            language=user.language,
            now=now,
        )
        record("device_code.requested", actor=user.actor, now=now)


def confirm_with_device_code(user: User, *, code: str, now: dt.datetime) -> None:
    """Take the newest code that was sent to a login.

    Args:
        user: the login, whose password was shown.
        code: as typed; blanks do not count.
        now: when, aware.

    Raises:
        DeviceCodeRefused: when it does not fit (any more).

    """
    secret = _open_codes(user, now).first()
    # Both ways cost one hash.
    fits = password_matches(re.sub(r"\s", "", code), secret.digest if secret else None)
    if secret is None or not allow("device-code", str(secret.pk), limit=TRIES, window=_DAY, now=now):
        raise DeviceCodeRefused
    if not fits:
        raise DeviceCodeRefused
    with transaction.atomic(durable=True):
        locked = _open_codes(user, now).select_for_update().filter(pk=secret.pk).first()
        if locked is None:
            raise DeviceCodeRefused
        use_up(locked, now=now)
        record("device_code.confirmed", actor=user.actor, now=now)


def _open_codes(user: User, now: dt.datetime) -> QuerySet[OneTimeSecret]:
    return OneTimeSecret.objects.filter(
        purpose=OneTimeSecret.Purpose.DEVICE_CODE, user=user, used_at=None, expires_at__gt=now
    ).order_by("-id")


def _add_code(context: Context, now: dt.datetime) -> Context:
    """Make a code, good for ten minutes from now; it ends the earlier ones."""
    user = User.objects.get(pk=context["user_id"])
    _open_codes(user, now).update(used_at=now)
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    OneTimeSecret.objects.create(
        purpose=OneTimeSecret.Purpose.DEVICE_CODE,
        subject=f"user:{user.pk}",
        digest=hash_password(code),
        user=user,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    return {"code": code}
