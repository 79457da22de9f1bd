"""E-mail addresses: one canonical ASCII form, so that no two spellings are one mailbox (security.md A0)."""

import re
import unicodedata
from functools import lru_cache

import idna

MAX_LENGTH = 254
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*", re.ASCII)
_MAX_LOCAL_LENGTH = 64
_ADDRESS_IN_TEXT = re.compile(r"[^\s<>@,;:\"'()]+@[^\s<>@,;:\"'()]+")
_FOREIGN_DOTS = "\u3002\uff61"


class InvalidEmailAddress(ValueError):
    """The text is not an e-mail address this portal can write to."""


def canonical_email(text: str) -> str:
    """Return the canonical form of an e-mail address: the key under which mailboxes are compared.

    The local part must be ASCII, the domain becomes its IDNA 2008 A-label, and both are lower-cased.
    Unicode look-alikes (dotless i, Kelvin sign) are refused and never folded: folding them links a
    stranger's mailbox to a customer's login (CVE-2019-19844).

    Raises:
        InvalidEmailAddress: when the address is malformed, too long, a domain literal or dotless.

    """
    local, at, domain = text.strip().rpartition("@")
    if not at or len(local) > _MAX_LOCAL_LENGTH or not _LOCAL_PART.fullmatch(local):
        raise InvalidEmailAddress(text)
    address = f"{local.lower()}@{_ascii_domain(domain)}"
    if len(address) > MAX_LENGTH:
        raise InvalidEmailAddress(text)
    return address


def is_email(text: str) -> bool:
    """Tell whether the portal can write to this address."""
    try:
        canonical_email(text)
    except InvalidEmailAddress:
        return False
    return True


def mask_email(address: str) -> str:
    """Return the address as pages show it, such as ``m•••••r@beispiel.de`` (product.md ruling 14)."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••••{local[-1:]}@{domain}"


def mask_emails_in(text: str) -> str:
    """Return a text with every address in it as pages show addresses."""
    return _ADDRESS_IN_TEXT.sub(lambda found: mask_email(found.group()), text)


@lru_cache(maxsize=1024)
def _ascii_domain(domain: str) -> str:
    """Return the lower-case A-labels of a domain of at least two labels, the last of them no number."""
    if len(domain) > MAX_LENGTH or any(_folds_to_ascii(character) for character in domain):
        raise InvalidEmailAddress(domain)
    try:
        ascii_domain = idna.encode(unicodedata.normalize("NFC", domain).lower()).decode()
    except idna.IDNAError as error:
        raise InvalidEmailAddress(domain) from error
    labels = ascii_domain.split(".")
    # An empty last label is a domain with a dot at its end, the same mailbox under a second key.
    if len(labels) < 2 or not labels[-1] or labels[-1].isdecimal():
        raise InvalidEmailAddress(domain)
    return ascii_domain


def _folds_to_ascii(character: str) -> bool:
    """Tell whether a foreign character would quietly become an ASCII one (Kelvin sign, full-width a)."""
    if character.isascii():
        return False
    return character in _FOREIGN_DOTS or unicodedata.normalize("NFKC", character).lower().isascii()
