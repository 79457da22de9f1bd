"""What an address or a hidden field carries, read without trust: whoever sends it may have changed it."""

import datetime as dt

_LONGEST = 18


def number_in(text: str) -> int | None:
    """Return the number that a text is, or None when it is none or longer than any id of a database."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None


def moment_in(text: str) -> dt.datetime | None:
    """Return the moment that a text is, aware, or None when it is none."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
