"""What a prepared browser hands in: JSON of our own script, and still a stranger's text (ux.md C5)."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from kundenportal.core.dates import format_date_short, parse_date
from kundenportal.selfservice.forms.reading_cards import DATE

MOST_FIELDS = 400
LONGEST_TEXT = 5000
"""Far more than a remark may have: one that is too long waits, and gets its sentence on the page."""

_DATES = (DATE, "datum-")


@dataclass(frozen=True)
class HandedIn:
    """What was typed, by the names of the fields, under the id that the browser gave it."""

    key: uuid.UUID
    typed: Mapping[str, str]


def handed_in(body: bytes) -> HandedIn | None:
    """Return what a browser handed in, or None when no script of ours wrote it.

    Args:
        body: of the request, JSON: ``key`` is a UUID, ``typed`` the fields by their names on the entry page,
            ``day`` when that was by the browser's calendar, such as ``2026-11-21``.

    """
    try:
        sent = json.loads(body)
        key, typed, day = uuid.UUID(sent["key"]), sent["typed"], dt.date.fromisoformat(sent["day"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not isinstance(typed, dict) or len(typed) > MOST_FIELDS:
        return None
    if not all(_is_text(value) for pair in typed.items() for value in pair):
        return None
    return HandedIn(key, {name: _dated(name, value, day) for name, value in typed.items()})


def _dated(name: str, value: str, day: dt.date) -> str:
    """Return a field with a day in place of words: "gestern" is another day when it arrives."""
    if not name.startswith(_DATES):
        return value
    try:
        return format_date_short(parse_date(value, today=day))
    except (OverflowError, ValueError):
        # The page says what is wrong with it.
        return value


def _is_text(value: object) -> bool:
    """Tell whether a value is text that a field can hold and every database can keep."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        return False
    # JSON can name half of a surrogate pair, which no encoding takes.
    return not any("\ud800" <= character <= "\udfff" for character in value)
