"""When is a registration proven, when is a grant held? Plain values in, verdict out; no database."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email
from kundenportal.core.names import names_match

MAX_PROOF_FAILURES = 5
"""How often a proof may be wrong before only staff can help (product.md ruling 2)."""


NOTICE = dt.timedelta(days=42)
"""How long before a login is deleted its owner is told (security.md B7)."""

LEAST_NOTICE = dt.timedelta(days=30)
"""A mail that leaves later than so long before the day names a later one."""


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


GUESSABLE_PROOFS = frozenset({"meter", "name"})
"""Proofs that a neighbour or a former partner may know."""


@dataclass(frozen=True)
class Hold:
    """A restriction of a new grant: until a moment, or until the code of a letter is entered.

    Attributes:
        until: when it ends by itself, or None.
        awaits_letter: whether only a letter ends it.

    """

    until: dt.datetime | None = None
    awaits_letter: bool = False


def hold_for(
    proof: str, *, has_told_contact: bool, was_withdrawn: bool, hours: int, now: dt.datetime
) -> Hold | None:
    """Return how a new grant is restricted, or None (security.md A1, A4).

    Somebody who knows the customer must have had the time to say no: the contact address of the master
    data, or, without one, whoever empties the letter box. Where a grant was withdrawn before, only the
    letter helps, so that nobody tries again and again.

    Args:
        proof: what the grant was won by, a value of ``AccountLink.Proof``.
        has_told_contact: whether the master data have another address, which is told.
        was_withdrawn: whether an earlier grant of this number was withdrawn by that address.
        hours: ``NEW_ACCESS_HOLD_HOURS``; 0 restricts nothing.
        now: when, aware.

    """
    if proof not in GUESSABLE_PROOFS or not hours:
        return None
    if was_withdrawn or not has_told_contact:
        return Hold(awaits_letter=True)
    return Hold(until=now + dt.timedelta(hours=hours))


def may_be_taken_back(
    *, merged_at: dt.datetime, granted_at: dt.datetime, proof: str, is_continued: bool, is_of_kept: bool
) -> bool:
    """Tell whether undoing a merge takes a customer back from the login that holds it now.

    Not from one that proved better since: with the letter or the mailbox of the master data.

    Args:
        merged_at: when the login was absorbed.
        granted_at: when the present grant began.
        proof: what it was won by.
        is_continued: whether it continues the grant of an absorbed login.
        is_of_kept: whether the absorbing login holds it.

    """
    if is_of_kept:
        return granted_at >= merged_at
    return granted_at > merged_at and (is_continued or proof in GUESSABLE_PROOFS)


def day_of_deletion(told: dt.date | None, *, today: dt.date) -> dt.date:
    """Return the day on which a login is deleted whose owner is told today.

    Args:
        told: the day that an earlier mail names, or None.
        today: the utility's local date.

    """
    return told if told is not None and told >= today + LEAST_NOTICE else today + NOTICE
