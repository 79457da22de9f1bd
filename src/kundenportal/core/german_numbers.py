"""Numbers as people in Germany write them: read with patience, written one way (ux.md 1.0 and F2)."""

import re
from decimal import ROUND_HALF_UP, Decimal

MAX_LENGTH = 40
"""Longer text is no number a person typed."""

MINUS = "\N{MINUS SIGN}"

_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
_PLAIN = re.compile(r"\d+", re.ASCII)
_DECIMAL_COMMA = re.compile(r"\d+,\d*|,\d+", re.ASCII)
_DECIMAL_DOT = re.compile(r"(?!\d*\.\d{3}$)(\d+\.\d*|\.\d+)", re.ASCII)


class InvalidNumber(ValueError):
    """The text is no number in any spelling the portal reads."""


def parse_number(text: str) -> Decimal:
    """Return the number a person typed; it is never negative.

    Blanks of every kind are ignored. ``24.318`` and ``1.234.567,8`` have dots between thousands, one
    comma is the decimal comma, and a single dot that is not followed by exactly three digits is a
    decimal point (ux.md 1.0). Digits other than 0 to 9 are refused, because nobody can see the
    difference between them and a misreading.

    Raises:
        InvalidNumber: when the text is none of these, or is longer than ``MAX_LENGTH`` characters.

    """
    if len(text) > MAX_LENGTH:
        raise InvalidNumber(f"{len(text)} characters are no number")
    compact = "".join(text.split())
    if _THOUSANDS.fullmatch(compact):
        compact = compact.replace(".", "")
    elif not (
        _PLAIN.fullmatch(compact) or _DECIMAL_COMMA.fullmatch(compact) or _DECIMAL_DOT.fullmatch(compact)
    ):
        raise InvalidNumber(f"{text!r} is no number")
    return Decimal(compact.replace(",", "."))


def format_number(value: Decimal | int, decimals: int | None = None) -> str:
    """Return a number as German text: ``24.318``, ``1.234,5``.

    Args:
        value: the number.
        decimals: how many digits after the comma, rounded half up; None for as many as it needs.

    """
    number = Decimal(value)
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{abs(number):,f}".partition(".")
    if decimals is None:
        fraction = fraction.rstrip("0")
    sign = MINUS if number < 0 else ""
    return sign + whole.replace(",", ".") + (f",{fraction}" if fraction else "")


def decimal_text(value: Decimal, mark: str) -> str:
    """Return a number without grouping and without zeros that say nothing: ``24318`` or ``24318,5``.

    The two databases return different numbers of zeros for the same value; the text is the same for both.
    """
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}{mark}{fraction}" if fraction else whole
