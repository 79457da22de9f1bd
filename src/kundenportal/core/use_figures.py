"""How a use is written: as exactly as it is worth telling, with its unit."""

from decimal import Decimal

from kundenportal.core.german_numbers import format_number

_UNITS = {"m3": "m³"}
_DECIMALS = {"kWh": 0, "m3": 0, "MWh": 2}
_DECIMALS_PER_DAY = {"kWh": 1, "m3": 2, "MWh": 3}
_SMALL = 10
"""A use below this is told with one decimal more."""


def unit_word(code: str) -> str:
    """Return a unit of the exchange format as people write it: ``m3`` is ``m³``."""
    return _UNITS.get(code, code)


def format_use(value: Decimal, unit: str) -> str:
    """Return a use of months or years: ``2.640 kWh``, ``9,04 MWh``, ``4,5 m³``."""
    return _with_unit(value, _DECIMALS.get(unit, 0) + (value < _SMALL), unit)


def format_use_per_day(value: Decimal, unit: str) -> str:
    """Return a use of one day: ``7,2 kWh``, ``0,25 m³``."""
    return _with_unit(value, _DECIMALS_PER_DAY.get(unit, 1), unit)


def _with_unit(value: Decimal, decimals: int, unit: str) -> str:
    number = format_number(value, decimals)
    if "," in number and not number.strip("0,"):
        number = "0"
    return f"{number}\N{NO-BREAK SPACE}{unit_word(unit)}"
