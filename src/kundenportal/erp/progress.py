"""Showing how far a long command is, where somebody watches."""

import time
from typing import TextIO

from kundenportal.erp.inbound.scan import Progress

_SECONDS_BETWEEN = 0.2


def progress_on(stream: TextIO) -> Progress:
    """Return a function that shows progress in one line of a terminal, and does nothing elsewhere."""
    if not stream.isatty():
        return lambda _name, _done, _size: None
    shown_at = 0.0

    def show(name: str, done: int, size: int) -> None:
        nonlocal shown_at
        if done < size and time.monotonic() - shown_at < _SECONDS_BETWEEN:
            return
        shown_at = time.monotonic()
        percent = 100 * done // size if size else 100
        stream.write(f"\r{name}: {percent:3d} %" + ("\n" if done >= size else ""))
        stream.flush()

    return show
