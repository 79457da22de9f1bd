"""Which bank an IBAN belongs to, from a register that comes with the installation: nobody is asked."""

import re
from dataclasses import dataclass

_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


@dataclass(frozen=True)
class Bank:
    """A bank; either may be empty when the register does not know it."""

    name: str
    bic: str


UNKNOWN = Bank("", "")


def bank_of(iban: str) -> Bank:
    """Return the bank of a valid IBAN, or ``UNKNOWN``.

    The register is a snapshot, and complete for few countries: a bank it lacks is no fault of the IBAN.
    """
    # Loading the register takes a moment and some megabytes.
    from schwifty import IBAN  # noqa: PLC0415

    known = IBAN(iban, allow_invalid=True)
    bic = known.bic
    return Bank((known.bank_name or "").strip(), str(bic) if bic else "")


def german_bank_name(bank_code: str) -> str:
    """Return the name of the German bank with this code of eight digits (Bankleitzahl), or nothing."""
    if not re.fullmatch(r"\d{8}", bank_code, re.ASCII):
        return ""
    return bank_of(f"DE00{bank_code}0000000000").name


def canonical_bic(text: str) -> str | None:
    """Return a typed BIC in capitals without blanks, or None when it has not the form of one (ISO 9362)."""
    bic = re.sub(r"[\s-]", "", text).upper()
    return bic if _BIC.fullmatch(bic) else None
