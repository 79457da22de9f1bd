"""Which meters stood in the same place in the grid: a new meter continues the one it took the place of."""

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar


class Installed(Protocol):
    """Something that was installed on a day and, maybe, removed on another; None means not known."""

    @property
    def installed_date(self) -> dt.date | None:
        """The day it came."""

    @property
    def removed_date(self) -> dt.date | None:
        """The day it went, None while it is there."""


M = TypeVar("M", bound=Installed)


def meters_by_place(meters: Iterable[M]) -> list[list[M]]:
    """Put each meter behind the one it took the place of: the first that was out by the day it came.

    Args:
        meters: the meters of one division at one premise; of two installed on one day, the first given
            finds its place first.

    Returns:
        One list for each place, its meters in the order in which they were there.

    """
    places: list[list[M]] = []
    for meter in sorted(meters, key=lambda each: each.installed_date or dt.date.min):
        place = next((each for each in places if _follows(meter, each[-1])), None)
        if place is None:
            places.append([meter])
        else:
            place.append(meter)
    return places


def _follows(meter: Installed, other: Installed) -> bool:
    installed, removed = meter.installed_date, other.removed_date
    return installed is not None and removed is not None and removed <= installed
