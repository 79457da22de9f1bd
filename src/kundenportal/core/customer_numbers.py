"""Customer numbers: any spelling in, one canonical form out (guide line 15, product.md ruling 3)."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class CustomerNumberPattern:
    """How a utility writes its customer numbers: so many digits, then ``/`` and a suffix."""

    digits: int = 7
    suffix: str = "1"

    def example(self) -> str:
        """Return a number to show as an example, ``0012345/1`` with the defaults."""
        return f"{'12345'.zfill(self.digits)}/{self.suffix}"


def canonical_customer_number(text: str, pattern: CustomerNumberPattern) -> str | None:
    """Return the canonical spelling of a typed customer number, or None when it cannot be one.

    ``12345``, ``0012345``, ``0012345/1`` and all of them with blanks are the same number.

    Args:
        text: what was typed or delivered.
        pattern: the utility's pattern.

    """
    match = re.fullmatch(r"(\d+)(?:/(\d+))?", re.sub(r"\s", "", text), re.ASCII)
    if match is None:
        return None
    digits, suffix = match[1].lstrip("0"), match[2] or pattern.suffix
    if not digits or len(digits) > pattern.digits or suffix != pattern.suffix:
        return None
    return f"{digits.zfill(pattern.digits)}/{suffix}"


def count_digits(text: str) -> int:
    """Return how many digits stand before the suffix, for the error that names the count."""
    return sum(character.isdecimal() for character in text.split("/", maxsplit=1)[0])
