"""The web server: granian over WSGI."""

import os
import socket

from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from granian import Granian
from granian.constants import Interfaces

THREADS = 8
"""Requests a worker serves at once; the PostgreSQL pool of a worker has room for all of them."""

_SECONDS_TO_FINISH = 20
_SECONDS_BEFORE_RESPAWN = 1.0


class TooManyWorkers(ValueError):
    """SQLite takes writes from one process: more starve each other (docs/adr/0003)."""


class AddressUnavailable(OSError):
    """The server cannot listen where it is told to."""


def worker_count(wanted: int | None) -> int:
    """Return how many worker processes to run: as asked for, else one per core, one on SQLite.

    Raises:
        TooManyWorkers: when several are asked for on SQLite.

    """
    if connection.vendor == "sqlite":
        if wanted is not None and wanted > 1:
            raise TooManyWorkers("SQLite is served by one worker; use PostgreSQL for more")
        return 1
    return wanted or os.cpu_count() or 1


def serve_until_told_to_stop(*, host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun are answered first.

    A worker that dies is replaced, and one that does not end within twenty seconds is killed: granian
    alone would stop the whole server in the first case and wait for ever in the second.

    Raises:
        AddressUnavailable: when host and port cannot be listened on.

    """
    _try_to_listen(host, port)
    _let_go_of_database()
    server = Granian(
        "kundenportal.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        workers_kill_timeout=_SECONDS_TO_FINISH,
        respawn_failed_workers=True,
        respawn_interval=_SECONDS_BEFORE_RESPAWN,
        websockets=False,
        log_enabled=False,
        log_access=False,
    )
    server.serve()


def _let_go_of_database() -> None:
    """Close this process's connections and their pool before workers are forked.

    Inherited, two workers would speak over one connection and read each other's answers; and a pool's own
    threads do not outlive the fork, so that it would open no other connection, nor replace a lost one.
    """
    for each in connections.all(initialized_only=True):
        each.close()
        if isinstance(each, PostgreSQL):
            each.close_pool()


def _try_to_listen(host: str, port: int) -> None:
    """Listen for a moment: granian tells a taken port by forty lines of a stack."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as error:
        raise AddressUnavailable(f"cannot listen on {host}, port {port}: {error}") from error
