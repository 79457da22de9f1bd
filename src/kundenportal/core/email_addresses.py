"""E-mail addresses: one canonical ASCII form, so that no two spellings are one mailbox (security.md A0)."""

import re

import idna

MAX_LENGTH = 254
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}", re.ASCII)


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
    if not at or not _LOCAL_PART.fullmatch(local) or local[0] == "." or local[-1] == "." or ".." in local:
        raise InvalidEmailAddress(text)
    try:
        ascii_domain = idna.encode(domain, uts46=domain.isascii()).decode().lower()
    except idna.IDNAError as error:
        raise InvalidEmailAddress(text) from error
    address = f"{local.lower()}@{ascii_domain}"
    if "." not in ascii_domain or len(address) > MAX_LENGTH:
        raise InvalidEmailAddress(text)
    return address


def mask_email(address: str) -> str:
    """Return the address as pages show it, such as ``m•••••r@beispiel.de`` (product.md ruling 14)."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••••{local[-1:]}@{domain}"
