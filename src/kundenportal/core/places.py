"""Places in lists that are ordered by a moment: where a page ends, and the next one begins (keyset)."""

import datetime as dt
from dataclasses import dataclass

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Place:
    """A place in such an order: the moment, aware, and the id of the row."""

    at: dt.datetime
    id: int

    def __str__(self) -> str:
        """Return the place as an address carries it: microseconds since 1970, and the id."""
        return f"{(self.at - _EPOCH) // dt.timedelta(microseconds=1)}-{self.id}"


def parse_place(text: str) -> Place | None:
    """Return the place that an address carries; None when it carries none."""
    at, _separator, number = text.partition("-")
    if not (_is_number(at) and _is_number(number)):
        return None
    try:
        return Place(_EPOCH + dt.timedelta(microseconds=int(at)), int(number))
    except OverflowError:
        return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
