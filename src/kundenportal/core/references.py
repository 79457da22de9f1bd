"""References a person can read: submission references and public ids."""

import re
import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that nothing is misread or spells a word."""

PUBLIC_ID_LENGTH = 7
_REFERENCE = re.compile(r"V-(?P<year>\d{4})-(?P<number>\d{6,18})", re.ASCII)
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None})


def new_code(length: int) -> str:
    """Return a random code that a person can copy from paper, of five bits a character."""
    bits = secrets.randbits(5 * length)
    return "".join([CROCKFORD[bits >> 5 * place & 31] for place in range(length)])


def canonical_code(text: str) -> str:
    """Return a typed code as it was made: blanks and hyphens do not count, O is 0, I and L are 1."""
    return re.sub(r"\s", "", text).upper().translate(_READ_AS)


def new_public_id() -> str:
    """Return a random id for web addresses, such as ``7KQ2M4P``.

    It hides customer numbers from addresses and logs; it is no secret, access is checked all the same.
    """
    return new_code(PUBLIC_ID_LENGTH)


def format_reference(year: int, number: int) -> str:
    """Return the reference of a submission, such as ``V-2026-004711`` (product.md, "Words")."""
    return f"V-{year:04d}-{number:06d}"


def parse_reference(text: str) -> tuple[int, int] | None:
    """Return year and number of a reference, or None when the text is no reference."""
    match = _REFERENCE.fullmatch(text.strip().upper())
    return (int(match["year"]), int(match["number"])) if match else None
