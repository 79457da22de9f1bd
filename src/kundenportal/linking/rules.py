"""When is a registration proven? Plain values in, verdict out; no clock, no database."""

from dataclasses import dataclass
from enum import StrEnum

from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email
from kundenportal.core.names import names_match

MAX_PROOF_FAILURES = 5
"""How often a proof may be wrong before only staff can help (product.md ruling 2)."""


class Proof(StrEnum):
    """What a registration is still asked for, beside the mailbox."""

    NOTHING = "nothing"
    METER = "meter"
    LETTER = "letter"


@dataclass(frozen=True)
class Claim:
    """What somebody typed to register: a name and the canonical address of a mailbox."""

    name: str
    email: str


@dataclass(frozen=True)
class KnownCustomer:
    """What the master data say of the customer whose number was typed."""

    first_name: str
    last_name: str
    contact_email: str


def needed_proof(claim: Claim, known: KnownCustomer | None, setting: str) -> Proof:
    """Return what a registration is asked for beside its proven mailbox (product.md ruling 2).

    A number nobody has is asked the same as a name that does not fit.

    Args:
        claim: what was typed.
        known: the customer with the typed number, or None.
        setting: ``REGISTRATION_PROOF``: ``meter``, ``name`` or ``letter``.

    """
    fits = known is not None and name_fits(claim, known)
    if known and fits and (setting == "name" or same_mailbox(claim.email, known.contact_email)):
        return Proof.NOTHING
    return Proof.LETTER if setting == "letter" else Proof.METER


def name_fits(claim: Claim, known: KnownCustomer) -> bool:
    """Tell whether the typed name is the customer's."""
    return names_match(claim.name, first_name=known.first_name, last_name=known.last_name)


def same_mailbox(email: str, contact_email: str) -> bool:
    """Tell whether a canonical address and one of the master data, spelt in any way, are one mailbox."""
    try:
        return email == canonical_email(contact_email)
    except InvalidEmailAddress:
        return False
