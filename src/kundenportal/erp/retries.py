"""How long what could not be done waits for its next try: plain values in, verdict out."""

import datetime as dt

_WAITS = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=15))


def wait_after(failures: int) -> dt.timedelta:
    """Return how long a delivery waits after its nth failure in a row (1 = the first).

    It is never longer than a quarter of an hour, so that a delivery goes on soon after somebody made room.
    """
    return _WAITS[min(failures, len(_WAITS)) - 1]
