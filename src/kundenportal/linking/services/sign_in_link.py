"""Signing in by the link of a mail, the way that stays open to who is shut out (security.md A2)."""

import datetime as dt
from functools import partial

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import lock_login_secret
from kundenportal.identity.sign_in_door import forget_failures_of
from kundenportal.identity.throttle import allow, network_of
from kundenportal.linking.identifiers import read_identifier
from kundenportal.linking.models import SignInLinkRequest
from kundenportal.linking.named_logins import logins_named
from kundenportal.linking.services.errors import LinkExpired
from kundenportal.linking.services.waiting import answer_waiting
from kundenportal.mailing.services import enqueue

_MINUTE, _HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def request_sign_in_link(*, identifier: str, address: str, now: dt.datetime) -> None:
    """Note that somebody wants to sign in by mail; the job runner finds out who.

    Nothing is looked up here, so that the answer takes as long for everybody. Who asks too often gets the
    same answer, and nothing is noted; a link that was mailed before stays good.

    Args:
        identifier: customer number in any spelling, or e-mail address.
        address: the client's address.
        now: when, aware.

    """
    who = read_identifier(identifier)
    place = network_of(address)
    if not allow("sign-in-link-network", place, limit=100, window=_HOUR, now=now):
        return
    if not _may_ask(f"typed:{who.value}", now):
        return
    with transaction.atomic(durable=True):
        request = SignInLinkRequest.objects.create(identifier=who.value, created_at=now)
        record("sign_in_link.requested", actor="visitor", now=now, subject=f"sign-in-link:{request.pk}")


def process_sign_in_links(now: dt.datetime) -> int:
    """Put a mail into the outbox for every request that names a login; return how many were looked at."""
    return answer_waiting(SignInLinkRequest.objects.all(), partial(_answer, now=now))


def sign_in_by_link(*, token: str, now: dt.datetime) -> User:
    """Use a link up and return its login; a second factor is asked for afterwards.

    The other links mailed for signing in end with it, and wrong passwords before it are forgotten.

    Args:
        token: the link's token.
        now: when, aware.

    Raises:
        LinkExpired: when the link opens nothing (any more).

    """
    with transaction.atomic(durable=True):
        secret = lock_login_secret(OneTimeSecret.Purpose.SIGN_IN, token, now=now)
        user = secret.user if secret else None
        if user is None or user.is_staff:
            raise LinkExpired
        links = OneTimeSecret.objects.filter(purpose=OneTimeSecret.Purpose.SIGN_IN, user=user, used_at=None)
        links.update(used_at=now)
        forget_failures_of(user)
        record("sign_in.by_link", actor=user.actor, now=now)
    return user


def _answer(request: SignInLinkRequest, now: dt.datetime) -> None:
    named = logins_named(read_identifier(request.identifier))
    # A login is named by several numbers and its address; together they may ask as often as one.
    users = [user for user in named if _may_ask(f"login:{user.pk}", now)]
    if users:
        enqueue(
            "sign_in_link",
            to=users[0].email,
            context={"user_ids": [user.pk for user in users], "request_id": request.pk},
            language=users[0].language,
            now=now,
        )
    request.delete()


def _may_ask(name: str, now: dt.datetime) -> bool:
    """Allow one mail a minute and five an hour. What the minute refuses does not count for the hour.

    So five mails take five minutes at least, and while no more are sent, one of their links is still good.
    """
    return allow("sign-in-link-minute", name, limit=1, window=_MINUTE, now=now) and allow(
        "sign-in-link", name, limit=5, window=_HOUR, now=now
    )
