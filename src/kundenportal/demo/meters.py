"""Making the meters of the demo, one function per division."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TypedDict, Unpack

from kundenportal.demo.records import DemoMeter, DemoRegister

Figures = Sequence[int | str]
"""Uses or values as written: whole numbers, or text with a decimal point."""


class MeterOptions(TypedDict, total=False):
    """What any meter may have besides its counters."""

    removed: dt.date | None
    is_remote: bool
    is_last_estimated: bool


def electricity(
    number: str,
    *,
    installed: dt.date,
    last: int,
    uses: Figures,
    factor: int = 1,
    **options: Unpack[MeterOptions],
) -> DemoMeter:
    """Return an electricity meter with one counter of 6 digits and a decimal."""
    counter = _register("1", "1-0:1.8.0", "", (6, 1), "kWh", last, uses, factor=factor)
    return DemoMeter(number, "strom", (counter,), installed, **options)


def two_rate_electricity(
    number: str,
    *,
    installed: dt.date,
    high: tuple[int, Figures],
    low: tuple[int, Figures],
    **options: Unpack[MeterOptions],
) -> DemoMeter:
    """Return a meter that counts day and night apart; each rate is (last value, uses)."""
    counters = (
        _register("HT", "1-0:1.8.1", "HT (Tag)", (6, 1), "kWh", *high),
        _register("NT", "1-0:1.8.2", "NT (Nacht)", (6, 1), "kWh", *low),
    )
    return DemoMeter(number, "strom", counters, installed, **options)


def two_way_electricity(
    number: str,
    *,
    installed: dt.date,
    drawn: tuple[int, Figures],
    fed_in: tuple[int, Figures],
    **options: Unpack[MeterOptions],
) -> DemoMeter:
    """Return the meter of a house with solar panels; each way is (last value, uses)."""
    counters = (
        _register("1", "1-0:1.8.0", "Bezug", (6, 1), "kWh", *drawn),
        _register("2", "1-0:2.8.0", "Einspeisung", (6, 1), "kWh", *fed_in, feeds_in=True),
    )
    return DemoMeter(number, "strom", counters, installed, **options)


def gas(
    number: str, *, installed: dt.date, last: int, uses: Figures, **options: Unpack[MeterOptions]
) -> DemoMeter:
    """Return a gas meter of 5 digits and 3 decimals."""
    counter = _register("1", "7-0:3.0.0", "", (5, 3), "m3", last, uses)
    return DemoMeter(number, "gas", (counter,), installed, **options)


def water(
    number: str, *, installed: dt.date, last: int, uses: Figures, **options: Unpack[MeterOptions]
) -> DemoMeter:
    """Return a water meter of 5 digits and 3 decimals."""
    counter = _register("1", "8-0:1.0.0", "", (5, 3), "m3", last, uses)
    return DemoMeter(number, "wasser", (counter,), installed, **options)


def heat(
    number: str, *, installed: dt.date, last: str, uses: Figures, **options: Unpack[MeterOptions]
) -> DemoMeter:
    """Return a heat meter that counts MWh with 4 digits and 3 decimals."""
    counter = _register("1", "6-0:1.0.0", "", (4, 3), "MWh", last, uses)
    return DemoMeter(number, "waerme", (counter,), installed, **options)


def _register(  # noqa: PLR0913
    code: str,
    obis: str,
    label: str,
    digits: tuple[int, int],
    unit: str,
    last: int | str,
    uses: Figures,
    *,
    factor: int = 1,
    feeds_in: bool = False,
) -> DemoRegister:
    return DemoRegister(
        code=code,
        obis=obis,
        label=label,
        digits=digits,
        unit=unit,
        yearly_use=tuple(Decimal(use) for use in uses),
        last_value=Decimal(last),
        factor=factor,
        feeds_in=feeds_in,
    )
