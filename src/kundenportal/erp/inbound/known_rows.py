"""Which rows of a delivery the portal already has: a hash of each, in nine bytes a row.

The hash is keyed: a bare hash of a customer's row would let a thief of the database try out IBANs until
one fits, although the IBAN itself is sealed.
"""

import hashlib
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable

from django.conf import settings

_UNSEEN, _SEEN, _DOUBTFUL = 0, 1, 2
_BUCKET_BITS = 16
_SHIFT, _OFFSET = 64 - _BUCKET_BITS, 1 << (_BUCKET_BITS - 1)


def row_hash_key() -> bytes:
    """Return the key of the row hashes, drawn from the key of sealed fields."""
    return hashlib.blake2s(b"row hash", key=settings.FIELD_KEY).digest()


def hash_rows(rows: list[bytes], key: bytes) -> "array[int]":
    """Return a signed 64-bit hash of each row; a million rows collide with a chance of one in 10⁷."""
    hashes = array("q")
    blake = hashlib.blake2s
    hashes.frombytes(b"".join([blake(row, digest_size=8, key=key).digest() for row in rows]))
    if sys.byteorder == "big":
        hashes.byteswap()
    return hashes


class KnownRows:
    """The hashes of the rows a table has from earlier deliveries, and which of them came again.

    A doubtful row is one that something it refers to changed under: it is looked at again although it is
    the same, and counts as not confirmed.
    """

    def __init__(self, ascending: Iterable[int]) -> None:
        self._hashes = array("q", ascending)
        self._state = bytearray(len(self._hashes))
        self._starts = _bucket_starts(self._hashes)

    def __len__(self) -> int:
        """Return how many different rows are known."""
        return len(self._hashes)

    def doubt(self, hashes: Iterable[int]) -> None:
        """Mark rows as doubtful."""
        for each in hashes:
            self._state[self._place(each)] = _DOUBTFUL

    def unconfirmed(self, delivered: "array[int]") -> list[int]:
        """Confirm the delivered rows that are known; return the places of those to be looked at.

        These are new, changed or doubtful rows, and a known row from its second appearance on.
        """
        if not self._hashes:
            return list(range(len(delivered)))
        known, state, starts, places = self._hashes, self._state, self._starts, []
        for number, each in enumerate(delivered):
            bucket = (each >> _SHIFT) + _OFFSET
            end = starts[bucket + 1]
            place = bisect_left(known, each, starts[bucket], end)
            if place < end and known[place] == each and state[place] == _UNSEEN:
                state[place] = _SEEN
            else:
                places.append(number)
        return places

    def confirmed_count(self) -> int:
        """Return how many known rows came again and need no second look."""
        return self._state.count(_SEEN)

    def missing(self) -> Iterable[int]:
        """Yield the hashes of the known rows that were not confirmed."""
        state = self._state
        if len(state) == self.confirmed_count():
            return
        for place, each in enumerate(self._hashes):
            if state[place] != _SEEN:
                yield each

    def _place(self, each: int) -> int:
        return bisect_left(self._hashes, each)


def _bucket_starts(hashes: "array[int]") -> "array[int]":
    """Return where each bucket of leading bits begins; looking up in a bucket touches less memory."""
    starts = array("Q")
    for bucket in range(-_OFFSET, _OFFSET):
        starts.append(bisect_left(hashes, bucket << _SHIFT))
    starts.append(len(hashes))
    return starts
