"""What an address or a hidden field carries, read without trust: whoever sends it may have changed it."""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404

Key = TypeVar("Key")
Found = TypeVar("Found")

_LONGEST = 18


def found_or_404(find: Callable[[Key], Found], key: Key) -> Found:
    """Return what an address names, whichever customer's it is: staff see those of all.

    Args:
        find: a selector that raises ``DoesNotExist`` when there is none.
        key: the part of the address.

    Raises:
        Http404: when there is none.

    """
    try:
        return find(key)
    except ObjectDoesNotExist:
        raise Http404 from None


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
