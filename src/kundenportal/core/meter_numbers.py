"""Meter numbers: matching ignores blanks, hyphens, case and leading zeros (product.md ruling 3)."""

import re


def meter_number_key(text: str) -> str:
    """Return the key under which meter numbers are compared and looked up."""
    return re.sub(r"[^0-9A-Z]", "", text.upper()).lstrip("0")
