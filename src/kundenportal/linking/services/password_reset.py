"""Forgotten passwords: asked for by anybody, answered only in the stored mailbox (security.md A10)."""

import datetime as dt
from functools import partial

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.models import OneTimeSecret
from kundenportal.identity.one_time_secrets import lock_login_secret
from kundenportal.identity.password_hashing import hash_password
from kundenportal.identity.security_events import report_security_event
from kundenportal.identity.services import set_password
from kundenportal.identity.throttle import Limit, allow_all, network_of
from kundenportal.linking.identifiers import read_identifier
from kundenportal.linking.models import PasswordResetRequest
from kundenportal.linking.named_logins import logins_named
from kundenportal.linking.services.errors import LinkExpired
from kundenportal.linking.services.waiting import answer_waiting
from kundenportal.mailing.services import enqueue

_HOUR = dt.timedelta(hours=1)


def request_password_reset(*, identifier: str, address: str, now: dt.datetime) -> None:
    """Note that somebody forgot a password; the job runner finds out whose.

    Nothing is looked up here, so that the answer takes as long for everybody. Beyond three an hour for one
    number or address the answer is the same and nothing is noted.

    Args:
        identifier: customer number in any spelling, or e-mail address.
        address: the client's address.
        now: when, aware.

    """
    who = read_identifier(identifier)
    limits = [
        Limit("password-reset", who.value, 3, _HOUR),
        Limit("password-reset-network", network_of(address), 20, _HOUR),
    ]
    if not allow_all(limits, now=now):
        return
    with transaction.atomic(durable=True):
        request = PasswordResetRequest.objects.create(identifier=who.value, created_at=now)
        record("password.reset_requested", actor="visitor", now=now, subject=f"reset:{request.pk}")


def process_password_resets(now: dt.datetime) -> int:
    """Put a mail into the outbox for every request that names a login; return how many were looked at."""
    return answer_waiting(PasswordResetRequest.objects.all(), partial(_answer, now=now))


def reset_password(*, token: str, password: str, device: str, now: dt.datetime) -> None:
    """Give the login of a link a new password, end its sessions and links, and tell everybody who must know.

    Args:
        token: the link's token.
        password: a password that ``password_problem`` let pass.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Raises:
        LinkExpired: when the link opens nothing (any more).

    """
    password_hash = hash_password(password)
    with transaction.atomic(durable=True):
        secret = lock_login_secret(OneTimeSecret.Purpose.PASSWORD_RESET, token, now=now)
        if secret is None or secret.user is None:
            raise LinkExpired
        set_password(secret.user, password_hash=password_hash, now=now)
        report_security_event(
            "password_changed", user=secret.user, action="password.reset", device=device, now=now
        )


def _answer(request: PasswordResetRequest, now: dt.datetime) -> None:
    users = logins_named(read_identifier(request.identifier))
    if users:
        # Logins that share a mailbox share the mail, with one link for each of them.
        enqueue(
            "password_reset",
            to=users[0].email,
            context={"user_ids": [user.pk for user in users]},
            language=users[0].language,
            now=now,
        )
    request.delete()
