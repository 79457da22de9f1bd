"""Creditor identifiers and mandate references (EPC Rulebook, SEPA Core Direct Debit, AT-02 and AT-01)."""

import re
from string import Formatter

from stdnum.eu import at_02
from stdnum.exceptions import ValidationError

REFERENCE_LENGTH = 35
_GERMAN_LENGTH = 18
_ALLOWED = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9+?/\-:().,']+")
"""The characters of a mandate reference; banks compare without case, and blanks are misread on paper."""

_MAX_SEQUENCE = 9999
_FIELDS = ("customer", "sequence")


def canonical_creditor_id(text: str) -> str | None:
    """Return a creditor identifier in its one spelling, or None when its check digits or length are wrong.

    The check digits leave the business code out (ISO 7064 MOD 97-10); a German one has 18 characters.
    """
    try:
        creditor_id = str(at_02.validate(text))
    except ValidationError:
        return None
    is_too_short = creditor_id.startswith("DE") and len(creditor_id) != _GERMAN_LENGTH
    return None if is_too_short else creditor_id


def mandate_reference(template: str, *, customer_number: str, sequence: int) -> str:
    """Return the reference of a customer's mandate, such as ``KP-0012345-1-2``.

    Args:
        template: ``utility.toml``'s, with ``{customer}`` and ``{sequence}``.
        customer_number: the canonical number; its ``/`` becomes ``-``.
        sequence: which of the customer's mandates, counted from 1.

    """
    return template.format(customer=customer_number.replace("/", "-"), sequence=sequence)


def is_good_template(template: str, *, example_number: str) -> bool:
    """Tell whether the references of a template fit in their place and differ from each other.

    Args:
        template: as ``utility.toml`` has it.
        example_number: a customer number as long as any.

    """
    try:
        places = [place[1:] for place in Formatter().parse(template) if place[1] is not None]
    except ValueError:
        return False
    # Only then is it filled: a width such as ``{customer:>999999999}`` would fill the memory.
    if sorted(places, key=str) != [(name, "", None) for name in _FIELDS]:
        return False
    longest = mandate_reference(template, customer_number=example_number, sequence=_MAX_SEQUENCE)
    return len(longest) <= REFERENCE_LENGTH and bool(_ALLOWED.fullmatch(longest))
