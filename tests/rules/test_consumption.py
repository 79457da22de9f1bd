"""What is told of a premise's use. Every expected figure is computed by hand beside its case."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from kundenportal.metering.consumption import DivisionUse, Flow, consumption_of
from kundenportal.metering.gas_energy import GasQuality
from kundenportal.metering.use_history import RegisterHistory
from kundenportal.metering.use_periods import CounterValue
from kundenportal.metering.year_before import Comparison, NotComparable


def history(*rows: str, meter: int = 1, **more: object) -> RegisterHistory:
    """Return the history of a water register of 5 digits with values from ``2024-12-31 500 estimated``."""
    values = tuple(
        CounterValue(
            dt.date.fromisoformat(date),
            Decimal(value),
            is_estimated="estimated" in marks,
            status="received" if "sent" in marks else "",
        )
        for date, value, *marks in (row.split() for row in rows)
    )
    plain = RegisterHistory(
        division="wasser",
        meter_id=meter,
        meter_number=f"M{meter}",
        is_remote=False,
        installed_date=None,
        removed_date=None,
        code="1",
        label="",
        integer_digits=5,
        decimal_digits=3,
        unit="m3",
        factor=Decimal(1),
        feeds_in=False,
        annual_use=None,
        gas=None,
        values=values,
        last_sent=None,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def only_flow(*histories: RegisterHistory) -> Flow:
    (division,) = consumption_of(histories)
    (flow,) = division.flows
    return flow


def uses(flow: Flow) -> dict[int, str]:
    return {each.year: f"{each.use.normalize():f}" for each in flow.years}


TWO_YEARS = ("2023-12-31 100", "2024-12-31 193", "2025-12-31 273")
"""93 m3 in the 366 days of 2024, 80 in the 365 of 2025: 0.2541 and 0.2192 a day, 13.7 % less."""


def test_years_of_one_counter_are_told() -> None:
    flow = only_flow(history(*TWO_YEARS))

    assert uses(flow) == {2024: "93", 2025: "80"}
    assert [each.year for each in flow.whole_years] == [2024, 2025]
    assert (flow.unit, flow.feeds_in, flow.columns, flow.lately) == ("m3", False, (), None)
    assert flow.last_year is not None
    assert flow.last_year.known == flow.years[-1]
    assert isinstance(flow.last_year.comparison, Comparison)
    assert flow.last_year.comparison.percent == -14


def test_the_running_year_is_told_beside_the_last_whole_one() -> None:
    # January to June 2026: EVEN holds 496 of 1000; of the 80 m3 of 2025 these are 39.68. 40 m3 are 0.8 % more.
    flow = only_flow(history(*TWO_YEARS, "2026-06-30 313 sent"))

    assert flow.last_year is not None
    assert flow.last_year.known.use == 80
    assert flow.lately is not None
    known, comparison = flow.lately.known, flow.lately.comparison
    assert (known.use, known.first_day, known.last_day) == (40, dt.date(2026, 1, 1), dt.date(2026, 6, 30))
    assert isinstance(comparison, Comparison)
    assert comparison.percent == 1


def test_a_running_year_that_is_not_known_from_its_beginning_is_not_told() -> None:
    exchanged = dt.date(2025, 12, 31)
    old = history(*TWO_YEARS, removed_date=exchanged)
    new = history("2026-02-28 0", "2026-06-30 27", meter=2, installed_date=exchanged)
    flow = only_flow(old, new)

    assert (flow.last_year is not None, flow.lately) == (True, None)
    assert uses(flow) == {2024: "93", 2025: "80", 2026: "27"}


def test_without_a_whole_year_the_newest_months_are_told() -> None:
    flow = only_flow(history("2026-06-30 0", "2026-08-31 20", "2026-10-31 35"))

    assert flow.last_year is None
    assert flow.lately is not None
    assert (flow.lately.known.use, flow.lately.known.days) == (35, 123)
    assert flow.lately.comparison is NotComparable.TOO_FEW_DAYS


def test_without_a_whole_year_not_more_than_twelve_months_are_told() -> None:
    # No calendar year is whole. From the evening of 31 October 2025 to that of 31 October 2026 is a year.
    flow = only_flow(
        history("2025-01-31 0", "2025-10-31 90", "2025-12-31 110", "2026-10-31 200"),
    )

    assert flow.lately is not None
    assert (flow.lately.known.first_day, flow.lately.known.use) == (dt.date(2025, 11, 1), 110)


def test_an_exchanged_meter_and_the_new_one_are_one() -> None:
    exchanged = dt.date(2025, 4, 30)
    flow = only_flow(
        history("2023-12-31 0", "2024-12-31 90", "2025-04-30 120", removed_date=exchanged),
        history("2025-04-30 0", "2025-12-31 61", meter=2, installed_date=exchanged),
    )

    # 30 of the old one and 61 of the new one.
    assert uses(flow) == {2024: "90", 2025: "91"}
    assert flow.columns == ()
    assert flow.last_year is not None
    assert isinstance(flow.last_year.comparison, Comparison)


def test_counters_of_one_meter_are_added_up_and_told_one_by_one() -> None:
    flow = only_flow(
        history("2023-12-31 0", "2024-12-31 600", code="HT", label="HT (Tag)"),
        history("2023-12-31 0", "2024-12-31 300", code="NT", label="NT (Nacht)"),
    )

    assert uses(flow) == {2024: "900"}
    assert [(each.label, each.years[2024].use) for each in flow.columns] == [
        ("HT (Tag)", 600),
        ("NT (Nacht)", 300),
    ]


def test_a_counter_of_an_exchanged_meter_continues_in_its_column() -> None:
    exchanged = dt.date(2024, 12, 31)
    flow = only_flow(
        history("2023-12-31 0", "2024-12-31 600", code="HT", removed_date=exchanged),
        history("2023-12-31 0", "2024-12-31 300", code="NT", removed_date=exchanged),
        history("2024-12-31 0", "2025-12-31 500", code="HT", meter=2, installed_date=exchanged),
        history("2024-12-31 0", "2025-12-31 200", code="NT", meter=2, installed_date=exchanged),
    )

    assert [
        (each.code, each.meter_number, [year.use for year in each.years.values()]) for each in flow.columns
    ] == [
        ("HT", "M2", [600, 500]),
        ("NT", "M2", [300, 200]),
    ]


def test_what_is_fed_in_is_told_apart() -> None:
    (division,) = consumption_of(
        [
            history("2023-12-31 0", "2024-12-31 600", division="strom", unit="kWh"),
            history("2023-12-31 0", "2024-12-31 5000", division="strom", unit="kWh", code="2", feeds_in=True),
        ]
    )

    assert [(each.feeds_in, uses(each)) for each in division.flows] == [
        (False, {2024: "600"}),
        (True, {2024: "5000"}),
    ]


def test_two_units_are_never_added_up() -> None:
    (division,) = consumption_of(
        [
            history("2023-12-31 0", "2024-12-31 600", division="waerme", unit="kWh"),
            history("2023-12-31 0", "2024-12-31 9", division="waerme", unit="MWh", meter=2),
        ]
    )

    assert {each.unit: uses(each) for each in division.flows} == {"kWh": {2024: "600"}, "MWh": {2024: "9"}}


@pytest.mark.parametrize(
    ("division", "unit", "energy"), [("gas", "m3", 1100), ("gas", "kWh", None), ("wasser", "m3", None)]
)
def test_only_cubic_metres_of_gas_become_kilowatt_hours(division: str, unit: str, energy: int | None) -> None:
    gas = GasQuality(Decimal(11), Decimal(1))
    flow = only_flow(history("2023-12-31 0", "2024-12-31 100", division=division, unit=unit, gas=gas))

    assert flow.years[0].energy == energy


def divisions(*histories: RegisterHistory) -> list[tuple[str, bool, int]]:
    return [(each.division, each.has_values, len(each.flows)) for each in consumption_of(histories)]


def test_divisions_stand_in_their_order_with_or_without_values() -> None:
    assert divisions() == []
    assert divisions(
        history("2024-12-31 5"),
        history("2024-12-31 5", "2025-12-31 9", division="gas", meter=2),
        history(division="strom", meter=3),
    ) == [("strom", False, 0), ("gas", True, 1), ("wasser", True, 0)]


def test_the_meters_in_use_stand_before_the_removed_ones() -> None:
    found: list[DivisionUse] = consumption_of(
        [
            history(meter=1, removed_date=dt.date(2024, 1, 1)),
            history(meter=2, installed_date=dt.date(2020, 1, 1), removed_date=dt.date(2025, 1, 1)),
            history(meter=3, installed_date=dt.date(2024, 1, 1)),
            history(meter=4, installed_date=dt.date(2025, 1, 1)),
        ]
    )

    assert [each.meter_number for each in found[0].meters] == ["M4", "M3", "M2", "M1"]


def test_a_year_with_an_estimate_is_told_as_one() -> None:
    flow = only_flow(
        history("2023-12-31 100", "2024-12-31 193 estimated", "2025-12-31 273", "2026-06-30 313")
    )

    assert [(each.year, each.is_estimated) for each in flow.years] == [
        (2024, True),
        (2025, True),
        (2026, False),
    ]
