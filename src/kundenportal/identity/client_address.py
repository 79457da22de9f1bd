"""The address a request came from, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's IP address.

    ``X-Forwarded-For`` is read from its end, and only as far as the hops are proxies named in the setting
    ``TRUSTED_PROXIES`` (addresses or networks): all before them is what a client claims (security.md A2).
    """
    address = _unmapped(request.META.get("REMOTE_ADDR", ""))
    hops = [_unmapped(hop.strip()) for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    while _is_trusted_proxy(address) and hops and _is_address(hops[-1]):
        address = hops.pop()
    return address


def _unmapped(address: str) -> str:
    """Return an IPv4 address as itself where a socket for both versions writes it as ``::ffff:192.0.2.1``.

    Otherwise no proxy would be trusted, and all of IPv4 would be counted as one network (RFC 4291, 2.5.5.2).
    """
    if not _is_address(address):
        return address
    parsed = ip_address(address)
    return str(parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else address


def _is_trusted_proxy(address: str) -> bool:
    if not address:
        # A Unix socket has no address; what speaks to it is the proxy.
        return bool(settings.TRUSTED_PROXIES)
    return _is_address(address) and any(
        ip_address(address) in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
