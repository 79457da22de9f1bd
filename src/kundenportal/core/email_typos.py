"""Slips in e-mail addresses: a hint for the person who types, never a refusal (ux.md P2)."""

_PROVIDERS = (
    "aol.com", "arcor.de", "freenet.de", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
    "hotmail.de", "icloud.com", "live.de", "mailbox.org", "outlook.com", "outlook.de", "posteo.de",
    "t-online.de", "vodafone.de", "web.de", "yahoo.com", "yahoo.de",
)  # fmt: skip
"""The mail providers most customers have; all others are left alone."""


def likely_meant(address: str) -> str | None:
    """Return the address that was probably meant, or None when nothing looks like a slip.

    A slip is one letter too many, too few, wrong or swapped with its neighbour in a well-known provider's
    name: ``gmial.com``, ``web.dee``, ``t-onlin.de``.

    Args:
        address: a canonical address.

    """
    local, _, domain = address.partition("@")
    if domain in _PROVIDERS:
        return None
    meant = next((provider for provider in _PROVIDERS if _is_one_slip_away(domain, provider)), None)
    return f"{local}@{meant}" if meant else None


def _is_one_slip_away(typed: str, meant: str) -> bool:
    start = _common_length(typed, meant)
    rest_typed, rest_meant = typed[start:], meant[start:]
    if len(typed) == len(meant):
        is_swapped = rest_typed[:2] == rest_meant[:2][::-1] and rest_typed[2:] == rest_meant[2:]
        return is_swapped or rest_typed[1:] == rest_meant[1:]
    return rest_typed[1:] == rest_meant or rest_typed == rest_meant[1:]


def _common_length(first: str, second: str) -> int:
    """Return how many letters two words begin with in common."""
    pairs = zip(first, second, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))
