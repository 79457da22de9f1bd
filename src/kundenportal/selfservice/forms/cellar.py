"""What a prepared browser hands in: JSON of our own script, and still a stranger's text (ux.md C5)."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

MOST_FIELDS = 400
LONGEST_TEXT = 600
"""A remark is the longest thing one types; what is longer gets its sentence on the page."""


@dataclass(frozen=True)
class HandedIn:
    """What was typed, by the names of the fields, under the id that the browser gave it."""

    key: uuid.UUID
    typed: Mapping[str, str]


def handed_in(body: bytes) -> HandedIn | None:
    """Return what a browser handed in, or None when no script of ours wrote it.

    Args:
        body: of the request, JSON: ``key`` is a UUID, ``typed`` the fields by their names on the entry page.

    """
    try:
        sent = json.loads(body)
        key, typed = uuid.UUID(sent["key"]), sent["typed"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not isinstance(typed, dict) or len(typed) > MOST_FIELDS:
        return None
    if not all(_is_text(value) for pair in typed.items() for value in pair):
        return None
    return HandedIn(key, typed)


def _is_text(value: object) -> bool:
    """Tell whether a value is text that a field can hold and every database can keep."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        return False
    # JSON can name half of a surrogate pair, which no encoding takes.
    return not any("\ud800" <= character <= "\udfff" for character in value)
