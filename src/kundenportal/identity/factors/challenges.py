"""Challenges that passkeys sign: known again though never stored, answered once (WebAuthn 13.4.3)."""

import datetime as dt
import hashlib
import secrets

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from kundenportal.identity.models import UsedChallenge

LIFETIME = dt.timedelta(hours=1)
"""How long a challenge may be answered; a sign-in page may wait that long for a choice."""

_TIME_BYTES, _CHANCE_BYTES = 5, 16
_CLOCKS_DIFFER = dt.timedelta(seconds=30)


class ChallengeRefused(Exception):
    """The challenge is not ours, was made for something else, is too old, or was answered before."""


def make_challenge(subject: str, *, now: dt.datetime) -> bytes:
    """Return a challenge: time, 128 bits of chance, and a keyed hash that knows them again.

    Nothing is stored, because showing a page changes nothing.

    Args:
        subject: what the answer is for, and whose it must be.
        now: when, aware.

    """
    body = int(now.timestamp()).to_bytes(_TIME_BYTES, "big") + secrets.token_bytes(_CHANCE_BYTES)
    return body + _keyed_hash(subject, body)


def check_challenge(challenge: bytes, subject: str, *, now: dt.datetime) -> None:
    """Check that a challenge is one of ours, for this subject, and not too old.

    Raises:
        ChallengeRefused: when it is not.

    """
    body, keyed_hash = challenge[: _TIME_BYTES + _CHANCE_BYTES], challenge[_TIME_BYTES + _CHANCE_BYTES :]
    if not constant_time_compare(keyed_hash, _keyed_hash(subject, body)):
        raise ChallengeRefused
    age = int(now.timestamp()) - int.from_bytes(body[:_TIME_BYTES], "big")
    if not -_CLOCKS_DIFFER.total_seconds() <= age <= LIFETIME.total_seconds():
        raise ChallengeRefused


def use_up_challenge(challenge: bytes, *, now: dt.datetime) -> None:
    """Take the answer to a challenge, in the caller's transaction; a second one is refused.

    Raises:
        ChallengeRefused: when it was answered before.

    """
    try:
        with transaction.atomic():
            UsedChallenge.objects.create(digest=hashlib.sha256(challenge).hexdigest(), used_at=now)
    except IntegrityError:
        raise ChallengeRefused from None


def delete_used_challenges(now: dt.datetime) -> int:
    """Delete challenges that are too old to be answered anyway, in the caller's transaction."""
    count, _ = UsedChallenge.objects.filter(used_at__lt=now - 2 * LIFETIME).delete()
    return count


def _keyed_hash(subject: str, body: bytes) -> bytes:
    salt = f"kundenportal.passkey-challenge.{subject}"
    return salted_hmac(salt, body, algorithm="sha256").digest()
