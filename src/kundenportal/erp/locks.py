"""Locks between processes: one import, one export at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

from django.conf import settings
from django.db import connection


class AlreadyRunning(Exception):
    """Another process holds the lock."""


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold a lock of this name; a killed process loses it.

    PostgreSQL keeps it for all machines on the database, until it notices that a session is gone.
    With SQLite there is one machine, and its operating system keeps it on a file in the data directory.

    Raises:
        AlreadyRunning: when another process holds it.

    """
    hold = _on_postgresql if connection.vendor == "postgresql" else _on_file
    with hold(name):
        yield


def is_free(name: str) -> bool:
    """Tell whether no other process holds the lock of this name just now."""
    try:
        with only_one(name):
            return True
    except AlreadyRunning:
        return False


@contextmanager
def _on_postgresql(name: str) -> Iterator[None]:
    number = crc32(f"kundenportal {name}".encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning(name)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


@contextmanager
def _on_file(name: str) -> Iterator[None]:
    with (settings.DATA_DIR / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(name) from error
        yield
