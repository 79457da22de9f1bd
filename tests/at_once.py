"""What happens at the same moment: actions in threads that start together."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

PATIENCE_SECONDS = 30


def at_once(*actions: Callable[[], object], refusals: tuple[type[Exception], ...] = ()) -> list[object]:
    """Run actions in threads that start together; return what each returned, or the refusal it raised.

    Args:
        actions: what is done, each in a thread with a connection of its own.
        refusals: what an action may raise; anything else is a fault, and raised here.

    """
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        start.wait()
        try:
            return action()
        except refusals as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


def wait_until_somebody_waits() -> None:
    """Return when another session of this PostgreSQL database waits for a lock."""
    end = time.monotonic() + PATIENCE_SECONDS
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        while not cursor.execute(waiting).fetchone():
            assert time.monotonic() < end, "nobody waits"
            time.sleep(0.01)
            # Within a transaction the answer would stay the same.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
