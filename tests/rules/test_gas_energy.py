"""Cubic metres of gas in kilowatt hours. Every expected figure is computed by hand."""

from decimal import Decimal

import pytest

from kundenportal.metering.gas_energy import GasQuality, gas_quality, whole_kilowatt_hours


@pytest.mark.parametrize(
    ("cubic_metres", "calorific_value", "state_number", "kilowatt_hours"),
    [
        # 1090 x 0.9614 x 11.284 = 1047.926 x 11.284 = 11824.796...
        ("1090", "11.284", "0.9614", 11_825),
        # 100 x 0.95 x 10 = 950.
        ("100", "10", "0.95", 950),
        # 0.5 x 1 x 11 = 5.5, and half is rounded up.
        ("0.5", "11", "1", 6),
        # 1 x 0.9 x 11.61 = 10.449.
        ("1", "11.61", "0.9", 10),
        ("0", "11.284", "0.9614", 0),
    ],
)
def test_volume_times_state_number_times_calorific_value(
    cubic_metres: str, calorific_value: str, state_number: str, kilowatt_hours: int
) -> None:
    quality = GasQuality(Decimal(calorific_value), Decimal(state_number))

    assert whole_kilowatt_hours(Decimal(cubic_metres) * quality.energy_of_cubic_metre) == kilowatt_hours


def test_nothing_is_rounded_on_the_way() -> None:
    # Three times 0.5 m3 of 11 kWh are 16.5 kWh. Rounded one by one they would be 6 + 6 + 6 = 18.
    quality = GasQuality(Decimal(11), Decimal(1))

    thrice = [Decimal("0.5") * quality.energy_of_cubic_metre] * 3

    assert whole_kilowatt_hours(sum(thrice, Decimal(0))) == 17


@pytest.mark.parametrize(("calorific_value", "state_number"), [(None, None), (11, None), (None, 1)])
def test_one_figure_alone_tells_nothing(calorific_value: int | None, state_number: int | None) -> None:
    figures = [None if each is None else Decimal(each) for each in (calorific_value, state_number)]

    assert gas_quality(figures[0], figures[1]) is None


def test_both_figures_tell_the_quality() -> None:
    assert gas_quality(Decimal(11), Decimal("0.95")) == GasQuality(Decimal(11), Decimal("0.95"))
