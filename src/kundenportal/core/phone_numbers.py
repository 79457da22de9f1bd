"""Telephone numbers as people write them."""

import re

_SIGNS = re.compile(r"\+?[0-9 /().-]{3,30}", re.ASCII)
_FEWEST_DIGITS = 3


def is_phone_number(text: str) -> bool:
    """Tell whether a text can be a telephone number: up to 30 digits and the signs people put between."""
    return bool(_SIGNS.fullmatch(text)) and sum(each.isdigit() for each in text) >= _FEWEST_DIGITS
