"""What staff change is put over the file by the rule that reads the file, and can never stop the portal."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kundenportal.backoffice.setting_words import FIELDS, GROUPS, SECTIONS
from kundenportal.core.utility import Utility, read_utility
from kundenportal.utility_settings import current as current_module
from kundenportal.utility_settings.current import CurrentUtility, Stored
from kundenportal.utility_settings.rules import (
    Change,
    Value,
    changes,
    effective,
    flat,
    overrides,
    with_values,
)
from kundenportal.utility_settings.sections import KEYS, Section
from tests.utilities import complete_utility


@pytest.mark.parametrize("utility", [Utility(), complete_utility()], ids=["default", "complete"])
def test_what_a_utility_says_is_the_same_when_it_is_read_again(utility: Utility) -> None:
    assert read_utility(with_values({}, flat(utility))) == utility


def test_every_key_but_the_time_zone_stands_in_one_section_and_has_a_field_and_a_heading() -> None:
    keys = [key for section in Section for key in KEYS[section]]
    assert sorted([*keys, "time_zone"]) == sorted(flat(Utility()))
    assert set(FIELDS) == set(keys)
    assert set(SECTIONS) == set(Section)
    for section, groups in GROUPS.items():
        for key in KEYS[section]:
            assert len([group for group in groups if key.startswith(group.starts)]) == 1, key


def test_a_field_reads_what_it_writes() -> None:
    values = flat(complete_utility())
    for key, make_field in FIELDS.items():
        field = make_field()
        assert field.clean(field.written(values[key])) == values[key], key


def test_what_is_changed_counts_and_the_rest_is_the_file_s() -> None:
    tables = {"name": "Stadtwerke Neustadt", "brand": {"light": "#004422"}, "readings": {"max_age_days": 10}}
    values: dict[str, Value] = {
        "brand.light": "#112233",
        "readings.default_annual_use.gas": 1200.5,
        "accessibility.checked_date": "2026-11-02",
    }
    found = effective(tables, values)
    assert not found.refused
    assert (found.utility.name, found.utility.readings.max_age_days) == ("Stadtwerke Neustadt", 10)
    assert found.utility.brand.light == "#112233"
    assert found.utility.readings.default_annual_use["gas"] == Decimal("1200.5")
    assert found.utility.accessibility.checked_date == dt.date(2026, 11, 2)
    assert tables["brand"] == {"light": "#004422"}


def test_a_key_can_be_taken_out() -> None:
    tables = {"readings": {"period_start": "11-15", "period_end": "12-15"}}
    found = effective(tables, {"readings.period_start": None, "readings.period_end": None})
    assert found.utility.readings.period is None


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"brand.light": "blau", "slogan": "Neu"}, {"brand.light"}),
        ({"brand.colour": "#112233", "slogan": "Neu"}, {"brand.colour"}),
        ({"email": "service", "banking.state": "Bayern", "slogan": "Neu"}, {"email", "banking.state"}),
        ({"readings.period_start": "11-15", "slogan": "Neu"}, {"readings.period_start", "slogan"}),
        ({"accessibility.checked_date": "gestern", "slogan": "Neu"}, {"accessibility.checked_date"}),
    ],
)
def test_what_cannot_be_used_is_left_out_and_told(values: dict[str, Value], refused: set[str]) -> None:
    found = effective({}, values)
    assert set(found.refused) == refused
    assert found.utility.brand == Utility().brand
    assert (found.utility.slogan == "Neu") == ("slogan" not in refused)


def test_only_what_differs_from_the_file_is_kept_and_only_what_changes_is_told() -> None:
    of_file: dict[str, Value] = {"name": "A", "city": "B"}
    assert overrides({"name": "A", "city": "C"}, of_file) == {"city": "C"}
    assert changes(of_file, {"name": "A", "city": "C"}) == [Change("city", "B", "C")]


class Keeper:
    """What a database would hold, and how often it was asked."""

    def __init__(self) -> None:
        self.stored, self.asked = Stored(), 0

    def __call__(self, known: int) -> Stored | None:
        self.asked += 1
        return self.stored if self.stored.count != known else None


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    class Clock:
        now = 1000.0

    monkeypatch.setattr(current_module.time, "monotonic", lambda: Clock.now)
    return Clock


def test_a_process_looks_every_few_seconds_and_reads_what_is_new(keeper: Keeper, clock: Any) -> None:
    utility = CurrentUtility({"name": "Stadtwerke Neustadt"})
    assert (utility.name, keeper.asked) == ("Stadtwerke Neustadt", 0)
    utility.read_with(keeper)
    assert [utility.name for _ in range(50)] == ["Stadtwerke Neustadt"] * 50
    assert keeper.asked == 1
    keeper.stored = Stored(1, {"name": "Stadtwerke Altstadt"})
    assert utility.name == "Stadtwerke Neustadt"
    clock.now += current_module.LOOK_EVERY_SECONDS
    assert (utility.name, utility.slogan, keeper.asked) == ("Stadtwerke Altstadt", Utility().slogan, 2)


def test_a_database_that_does_not_answer_is_waited_for_once_and_then_left_alone(clock: Any) -> None:
    looks = []

    def wait_in_vain(_known: int) -> None:
        looks.append(clock.now)
        clock.now += 10

    utility = CurrentUtility({})
    utility.read_with(wait_in_vain)

    assert [utility.name, utility.email, utility.phone]
    assert len(looks) == 1


def test_the_process_that_saved_looks_at_once(keeper: Keeper, clock: Any) -> None:
    utility = CurrentUtility({})
    utility.read_with(keeper)
    assert utility.name == Utility().name
    keeper.stored = Stored(1, {"name": "Stadtwerke Altstadt"})
    utility.look()
    assert utility.name == "Stadtwerke Altstadt"


def test_what_a_utility_does_not_have_it_does_not_have() -> None:
    assert not hasattr(CurrentUtility({}), "nonsense")
