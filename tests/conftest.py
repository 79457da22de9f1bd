"""What every test may use."""

import pytest

_THIS_MACHINE = ["127.0.0.1", "::1", "localhost"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Open the sockets of this machine, and no others, to the tests that speak to a server on it."""
    for item in items:
        if any(item.get_closest_marker(name) for name in ("real_socket", "journey", "fault")):
            item.add_marker(pytest.mark.allow_hosts(_THIS_MACHINE))
