"""Hashing and comparing passwords, at a cost that is the same for everybody and bounded for the machine."""

import functools
import threading
import unicodedata

from django.contrib.auth.hashers import get_hasher, make_password, verify_password

PARALLEL_HASHES = 2
"""How many hashes one process computes at once (security.md A2), for each takes 19 MiB."""

_slots = threading.BoundedSemaphore(PARALLEL_HASHES)


def hash_password(password: str) -> str:
    """Return the salted hash of a password, composed as NFC (NIST SP 800-63B-4, 3.1.1.2)."""
    with _slots:
        return make_password(_composed(password))


def password_matches(password: str, stored: str | None) -> bool:
    """Tell whether a password fits a stored hash; exactly one hash is computed in every case.

    Args:
        password: what was typed.
        stored: the stored hash; None or empty when there is no such login, which takes as long and is False.

    """
    with _slots:
        matches, _ = verify_password(_composed(password), stored or _hash_of_nobody(get_hasher().algorithm))
    return matches and bool(stored)


def unusable_password() -> str:
    """Return what is stored in the place of a hash when no password shall fit."""
    return make_password(None)


@functools.cache
def _hash_of_nobody(algorithm: str) -> str:  # noqa: ARG001
    """Return a hash, one per algorithm, that stands in for a login that does not exist."""
    return make_password("nobody")


def _composed(password: str) -> str:
    return unicodedata.normalize("NFC", password)
