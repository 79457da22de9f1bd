"""What a postal address is made of, and when a change of one is taken."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

_PREFIX = re.compile(r"^(?:[A-Z]{1,2})\s*-\s*(?=\d)")
_LETTERS_TO_NUMBER = re.compile(r"(?<=[^\W\d.]|(?<=\w)\.)(?=\d+\s?[a-z]?$)", re.IGNORECASE)
_STREET_AND_NUMBER = re.compile(
    r"^(?P<street>.*[^\W\d_].*?)[\s,]+(?P<number>\d+\s?[a-z]?(?:\s?[-–/+]\s?\d*\s?[a-z]?)*)$", re.IGNORECASE
)

POSTAL_CODE_DIGITS = {"DE": 5, "AT": 4, "CH": 4}
"""How many digits a postal code has, for the countries most addresses are in."""

_NUMBER_STANDS_LAST = frozenset(POSTAL_CODE_DIGITS)
"""Where the house number follows the street; elsewhere the line stays as it is typed."""


@dataclass(frozen=True)
class Address:
    """Who gets the bills, where they go, and where we write to: everything the form holds.

    ``country`` is an ISO 3166-1 code of two letters, ``contact_email`` in canonical form.
    """

    salutation: str
    first_name: str
    last_name: str
    street: str
    house_number: str
    supplement: str
    postal_code: str
    city: str
    country: str
    phone: str
    contact_email: str

    @property
    def street_line(self) -> str:
        """Street and house number as written on an envelope."""
        return f"{self.street} {self.house_number}".strip()


class Refusal(StrEnum):
    """Why a change is not taken."""

    CUSTOMER_ENDED = "customer_ended"
    ALREADY_OPEN = "already_open"
    UNCHANGED = "unchanged"


class PostalCodeFault(StrEnum):
    """What is wrong with a postal code."""

    NO_DIGITS_ONLY = "no_digits_only"
    WRONG_LENGTH = "wrong_length"


def refusal_of(present: Address, new: Address, *, has_ended: bool, has_open_change: bool) -> Refusal | None:
    """Return why a change of address is not taken, or None.

    Args:
        present: what the master data say.
        new: what shall be in its place.
        has_ended: whether the customer has left.
        has_open_change: whether an earlier change is not settled yet.

    """
    if has_ended:
        return Refusal.CUSTOMER_ENDED
    if has_open_change:
        return Refusal.ALREADY_OPEN
    return Refusal.UNCHANGED if _in_one_line(new) == _in_one_line(present) else None


def split_street_line(line: str, country: str) -> tuple[str, str]:
    """Return street and house number of "Straße und Hausnummer"; the number is empty when there is none.

    Nothing typed is lost: both together are the line, up to blanks and a comma between them.

    Args:
        line: as typed.
        country: where it is; only where numbers stand last they are told from the street.

    """
    line = " ".join(line.split())
    if country not in _NUMBER_STANDS_LAST:
        return line, ""
    found = _STREET_AND_NUMBER.match(_LETTERS_TO_NUMBER.sub(" ", line))
    return (found["street"], found["number"]) if found else (line, "")


def lacks_house_number(address: Address) -> bool:
    """Tell whether an address has no house number although those of its country do; some have none."""
    return address.country in _NUMBER_STANDS_LAST and not address.house_number


def plain_postal_code(typed: str) -> str:
    """Return a postal code without blanks around it and without the letters of a country before it."""
    return _PREFIX.sub("", " ".join(typed.upper().split()))


def postal_code_fault(code: str, country: str) -> PostalCodeFault | None:
    """Return what is wrong with a plain postal code, or None; codes of far countries are taken as typed."""
    digits = POSTAL_CODE_DIGITS.get(country)
    if digits is None:
        return None
    if not (code.isascii() and code.isdecimal()):
        return PostalCodeFault.NO_DIGITS_ONLY
    return None if len(code) == digits else PostalCodeFault.WRONG_LENGTH


def plain_city(typed: str, postal_code: str) -> str:
    """Return a town without the postal code that many write before it."""
    city = " ".join(typed.split())
    return city.removeprefix(postal_code).strip() if postal_code else city


def _in_one_line(address: Address) -> Address:
    """Return an address whose house number stands in its street: some billing systems keep them together."""
    return replace(address, street=address.street_line, house_number="")
