"""The utility as it is now: what the file says, with what staff changed put over it.

``settings.UTILITY`` is a ``CurrentUtility``, so that everything that reads it follows. A process looks for
changes when it reads something and has not looked for a while: no request asks the database more than that.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from kundenportal.core.utility import Utility, read_utility
from kundenportal.utility_settings.rules import Tables, Values, effective

LOOK_EVERY_SECONDS = 5.0
"""How old what a process knows may be."""

_NEVER = float("-inf")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Stored:
    """What staff changed, as it is kept.

    Attributes:
        count: how many versions there are.
        values: what differs from the file, by key.
        texts: texts that take the place of files, by ``de/impressum``.

    """

    count: int = 0
    values: Values = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """What counts now.

    Attributes:
        utility: what the portal says and knows of its utility.
        stored: what staff changed.
        refused: those changes that cannot be used, by key, and why.

    """

    utility: Utility
    stored: Stored = field(default_factory=Stored)
    refused: Mapping[str, str] = field(default_factory=dict)


Read = Callable[[int], Stored | None]
"""Reads what is kept: gets how many versions are known, returns None when there are no more."""


class CurrentUtility:
    """Reads as a ``core.utility.Utility``: its attributes are those of the utility that counts now.

    Args:
        tables: what stands in ``utility.toml``.
        look_every: how old what the process knows may be, in seconds.

    Raises:
        InvalidUtilityFile: when the file cannot be used.

    """

    def __init__(self, tables: Tables, *, look_every: float = LOOK_EVERY_SECONDS) -> None:
        self.tables = tables
        self.of_file = read_utility(tables)
        self._state = State(self.of_file)
        self._look_every = look_every
        self._read: Read | None = None
        self._looked_at = _NEVER
        self._lock = threading.RLock()

    def __getattr__(self, name: str) -> Any:
        """Return what the utility that counts now has."""
        return getattr(self.state.utility, name)

    def read_with(self, read: Read | None) -> None:
        """Let changes be read; before, and with None, the file alone counts."""
        self._read = read

    @property
    def state(self) -> State:
        """What counts now; at most ``look_every`` seconds old."""
        is_due = self._read and time.monotonic() - self._looked_at >= self._look_every
        # While another thread looks, what is known will do; only the first look is waited for.
        if is_due and self._lock.acquire(blocking=self._looked_at == _NEVER):
            try:
                self._look_again()
            finally:
                self._lock.release()
        return self._state

    def look(self) -> None:
        """Look for changes now, as the process does that has just stored one."""
        with self._lock:
            self._looked_at = _NEVER
            self._look_again()

    def _look_again(self) -> None:
        if self._read is None or time.monotonic() - self._looked_at < self._look_every:
            return
        # Set before reading: what reads this while it reads gets what is known.
        self._looked_at = time.monotonic()
        stored = self._read(self._state.stored.count)
        # A database that does not answer takes its time: else one request would wait for it again and again.
        self._looked_at = time.monotonic()
        if stored is None:
            return
        found = effective(self.tables, stored.values)
        for key, reason in found.refused.items():
            log.error("settings.refused", key=key, reason=reason)
        self._state = State(found.utility, stored, found.refused)
