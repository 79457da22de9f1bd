"""Keeping the demo between runs, and forgetting it."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kundenportal.audit.checkpoints import FILE_NAME as CHECKPOINTS

DELIVERIES, DELIVERIES_LAST_YEAR = "lieferung", "lieferung-vorjahr"
BATCHES, CARDS, MAILS = "ausgang", "ablesekarten", "mail"
FILES = "files"
STAFF_KEYS = "staff-keys.json"

_DATABASE = "portal.sqlite3"
_BUILT = "built"
_LOCK = "lock"


class DemoRunsAlready(RuntimeError):
    """Another process runs the demo of this directory."""


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Keep every other process from running the demo of a directory.

    Raises:
        DemoRunsAlready: when one does.

    """
    with (directory / _LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoRunsAlready(str(directory)) from None
        yield


def is_built(directory: Path) -> bool:
    """Return whether a directory holds a demo that was built to the end."""
    return (directory / _BUILT).exists() and (directory / _DATABASE).exists()


def mark_as_built(directory: Path) -> None:
    """Note that the demo is complete: one whose building was cut off is built anew."""
    (directory / _BUILT).touch()


def forget(directory: Path) -> None:
    """Delete what the demo made and what was done in it; its keys and its static files stay."""
    (directory / _BUILT).unlink(missing_ok=True)
    for path in directory.glob(f"{_DATABASE}*"):
        path.unlink()
    for name in (STAFF_KEYS, CHECKPOINTS):
        (directory / name).unlink(missing_ok=True)
    for name in (DELIVERIES, DELIVERIES_LAST_YEAR, BATCHES, CARDS, MAILS, FILES):
        shutil.rmtree(directory / name, ignore_errors=True)
