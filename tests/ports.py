"""Ports for the servers that tests start."""

import secrets
import socket
from contextlib import suppress

# Below those that outgoing connections get: none of them takes a server's port while it is started again.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    while True:
        port = secrets.choice(_PORTS)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
