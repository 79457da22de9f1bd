"""Which meters continue one another."""

import datetime as dt
from dataclasses import dataclass

import pytest

from kundenportal.core.meter_places import meters_by_place


@dataclass(frozen=True)
class Meter:
    """A meter, by the months of 2025 in which it came and went."""

    name: str
    installed: int | None = None
    removed: int | None = None

    @property
    def installed_date(self) -> dt.date | None:
        return dt.date(2025, self.installed, 1) if self.installed else None

    @property
    def removed_date(self) -> dt.date | None:
        return dt.date(2025, self.removed, 1) if self.removed else None


@pytest.mark.parametrize(
    ("meters", "places"),
    [
        ([], []),
        ([Meter("a")], ["a"]),
        ([Meter("a"), Meter("b")], ["a", "b"]),
        ([Meter("old", removed=5), Meter("new", 5)], ["old new"]),
        ([Meter("new", 5), Meter("old", removed=5)], ["old new"]),
        ([Meter("old", removed=5), Meter("late", 6)], ["old late"]),
        ([Meter("old", removed=5), Meter("beside", 4)], ["old", "beside"]),
        ([Meter("old", removed=5), Meter("nobody knows since when")], ["old", "nobody knows since when"]),
        ([Meter("1", 1, 3), Meter("2", 3, 6), Meter("3", 6)], ["1 2 3"]),
        ([Meter("a", 1, 5), Meter("b", 1, 5), Meter("c", 5), Meter("d", 5)], ["a c", "b d"]),
        ([Meter("a", 1, 5), Meter("b", 1), Meter("c", 5), Meter("d", 5)], ["a c", "b", "d"]),
    ],
)
def test_a_meter_continues_the_one_it_took_the_place_of(meters: list[Meter], places: list[str]) -> None:
    assert [" ".join(each.name for each in place) for place in meters_by_place(meters)] == places
