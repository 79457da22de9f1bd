"""Meter numbers: matching ignores blanks, hyphens, case and leading zeros (product.md ruling 3)."""

import re


def meter_number_key(text: str) -> str:
    """Return the key under which meter numbers are compared and looked up.

    Only ASCII letters and digits count, so no look-alike letter folds into one of them. The key is empty
    when nothing is left; an empty key is no meter.
    """
    return re.sub(r"[^0-9A-Za-z]", "", text).upper().lstrip("0")
