"""How a use is written."""

from decimal import Decimal

import pytest

from kundenportal.core.use_figures import format_use, format_use_per_day, unit_word


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("2639.5", "kWh", "2.640 kWh"),
        ("93.49", "m3", "93 m³"),
        ("9.94", "m3", "9,9 m³"),
        ("4", "m3", "4,0 m³"),
        ("9.036", "MWh", "9,036 MWh"),
        ("10.212", "MWh", "10,21 MWh"),
        ("0", "kWh", "0 kWh"),
        ("0.02", "kWh", "0 kWh"),
        ("0.4", "kWh", "0,4 kWh"),
        ("7", "Wh", "7,0 Wh"),
    ],
)
def test_a_use_is_as_exact_as_it_is_worth_telling(value: str, unit: str, text: str) -> None:
    assert format_use(Decimal(value), unit) == text.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("7.25", "kWh", "7,3 kWh"),
        ("0.2541", "m3", "0,25 m³"),
        ("0.0248", "MWh", "0,025 MWh"),
        ("0", "m3", "0 m³"),
    ],
)
def test_a_use_of_one_day_is_small(value: str, unit: str, text: str) -> None:
    assert format_use_per_day(Decimal(value), unit) == text.replace(" ", "\N{NO-BREAK SPACE}")


def test_units_are_written_as_people_do() -> None:
    assert (unit_word("m3"), unit_word("kWh")) == ("m³", "kWh")
