"""What people type to say who they are: a customer number or an e-mail address."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from kundenportal.core.customer_numbers import canonical_customer_number
from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email

_KEPT_LENGTH = 254


class IdentifierKind(StrEnum):
    """What a typed identifier is."""

    NUMBER = "number"
    EMAIL = "email"
    NEITHER = "neither"


@dataclass(frozen=True)
class Identifier:
    """A typed identifier in its canonical spelling, so that every spelling hits the same counter."""

    kind: IdentifierKind
    value: str


def read_identifier(text: str) -> Identifier:
    """Return what was typed as a canonical customer number or e-mail address, else as it stands."""
    number = canonical_customer_number(text, settings.UTILITY.customer_number)
    if number is not None:
        return Identifier(IdentifierKind.NUMBER, number)
    try:
        return Identifier(IdentifierKind.EMAIL, canonical_email(text))
    except InvalidEmailAddress:
        return Identifier(IdentifierKind.NEITHER, text.strip().casefold()[:_KEPT_LENGTH])
