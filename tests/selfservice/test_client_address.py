"""Whose address a request comes from."""

import pytest
from django.test import RequestFactory

from kundenportal.identity.client_address import client_address


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        ([], "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (["10.0.0.1"], "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (["10.0.0.1"], "10.0.0.1", "198.51.100.7", "198.51.100.7"),
        (["10.0.0.1"], "10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.7, 10.1.2.3", "198.51.100.7"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "nonsense", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (["::1"], "::1", "2001:db8::5", "2001:db8::5"),
        (["10.0.0.1"], "", "198.51.100.7", "198.51.100.7"),
        ([], "", "198.51.100.7", ""),
        ([], "::ffff:192.0.2.1", "", "192.0.2.1"),
        (["10.0.0.1"], "::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(
    settings, proxies: list[str], remote: str, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address
