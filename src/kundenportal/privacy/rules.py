"""When may somebody ask for a copy of his data? Plain values in, verdict out."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum

KEPT_FOR = dt.timedelta(days=7)
"""How long a data export can be downloaded (ux.md M17)."""

PAUSE = dt.timedelta(days=1)
"""How long after one request the next is taken."""


@dataclass(frozen=True)
class LastExport:
    """The data export somebody asked for last."""

    requested_at: dt.datetime
    is_ready: bool


class ExportRefusal(Enum):
    """Why no further data export is made now."""

    BEING_MADE = "being_made"
    ONE_A_DAY = "one_a_day"


def refusal_of_export(last: LastExport | None, *, now: dt.datetime) -> ExportRefusal | None:
    """Return why a further data export is refused, or None: one at a time, and one a day."""
    if last is None:
        return None
    if not last.is_ready:
        return ExportRefusal.BEING_MADE
    return ExportRefusal.ONE_A_DAY if now < last.requested_at + PAUSE else None
