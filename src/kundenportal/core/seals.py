"""Seals over records: a keyed hash, so that who has the database but not the key can change nothing unseen.

A chain of seals takes the seal before into each record's, so that none can be taken away, slipped in or
moved.
The proofs of mandates and the audit trail are chained by this.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Sequence

SEAL_LENGTH = 64
"""Characters of a seal."""


def key_for(purpose: str, *, field_key: bytes) -> bytes:
    """Return the 32 bytes that seal records of one purpose, drawn from the installation's field key."""
    return hashlib.blake2s(purpose.encode(), key=field_key).digest()


def seal_of(parts: Sequence[object], *, key: bytes) -> str:
    """Return the seal over some values: HMAC-SHA-256 of their JSON, in hexadecimal.

    Args:
        parts: what JSON can write, the same on every database (``plain``); mappings in any order.
        key: 32 bytes.

    """
    return hmac.digest(key, json.dumps(parts, sort_keys=True).encode(), hashlib.sha256).hex()


def is_seal(seal: str, parts: Sequence[object], *, key: bytes) -> bool:
    """Tell whether a seal is the one over some values, in a time that tells nothing of the right one."""
    return hmac.compare_digest(seal.encode(), seal_of(parts, key=key).encode())


def plain(value: object) -> object:
    """Return a column's value as both databases have it: bytes in hexadecimal, moments in UTC."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value
