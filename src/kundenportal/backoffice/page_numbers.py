"""Numbers that an address of the back office carries, such as where a page of a list begins."""

_LONGEST = 18


def number_in(text: str) -> int | None:
    """Return the number that a text is, or None when it is none or longer than any id of a database."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None
