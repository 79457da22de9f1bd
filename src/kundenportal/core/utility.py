"""The utility that runs the portal: what ``utility.toml`` says of it."""

import re
import tomllib
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kundenportal.core.customer_numbers import CustomerNumberPattern

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")


class InvalidUtilityFile(ValueError):
    """``utility.toml`` cannot be used; the message names the key and what is expected."""


@dataclass(frozen=True)
class Brand:
    """The colours of a utility, each ``#rrggbb`` (design: ux.md 2.1), and its logo."""

    light: str = "#12418f"
    light_tint: str = "#e7eefa"
    dark: str = "#93b7ff"
    dark_tint: str = "#1b2b49"
    plate: str = "#1a4fa6"
    logo: str = ""


@dataclass(frozen=True)
class ReadingPeriod:
    """The days of a year on which the utility asks for readings, as (month, day), both included."""

    start: tuple[int, int]
    end: tuple[int, int]


@dataclass(frozen=True)
class ReadingRules:
    """The utility's own limits for meter readings."""

    max_age_days: int = 42
    period: ReadingPeriod | None = None
    default_annual_use: MappingProxyType[str, Decimal] = field(
        default_factory=lambda: MappingProxyType(
            {"strom": Decimal(2500), "gas": Decimal(1500), "wasser": Decimal(90), "waerme": Decimal(10)}
        )
    )


@dataclass(frozen=True)
class Utility:
    """Everything the portal says and knows of its utility."""

    name: str = "Stadtwerke Musterbach"
    slogan: str = "Mit uns haben Sie Heimvorteil!"
    street: str = "Kirchplatz 1"
    postal_code: str = "91560"
    city: str = "Musterbach"
    phone: str = "09872 0000-332"
    phone_hours: str = "Montag bis Freitag, 8 bis 16 Uhr"
    email: str = "service@stadtwerke-musterbach.example"
    creditor_id: str = ""
    time_zone: str = "Europe/Berlin"
    customer_number: CustomerNumberPattern = field(default_factory=CustomerNumberPattern)
    brand: Brand = field(default_factory=Brand)
    readings: ReadingRules = field(default_factory=ReadingRules)


def load_utility(path: Path) -> Utility:
    """Read ``utility.toml``.

    Raises:
        InvalidUtilityFile: when the file is missing, is not TOML, or a key is unknown or malformed.

    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidUtilityFile(f"{path}: {error}") from error
    plain = {key: value for key, value in data.items() if not isinstance(value, dict)}
    _check_keys(Utility, plain, "", also={"customer_number", "brand", "readings"}, given=set(data))
    for key, value in plain.items():
        if not isinstance(value, str):
            raise InvalidUtilityFile(f"{key}: expected text in quotes, found {value!r}")
    return Utility(
        **plain,
        customer_number=_customer_number(data.get("customer_number", {})),
        brand=_brand(data.get("brand", {})),
        readings=_readings(data.get("readings", {})),
    )


def _check_keys(
    kind: type[Any], plain: dict[str, Any], where: str, *, also: set[str], given: set[str]
) -> None:
    known = {each.name for each in fields(kind)} | also
    for key in sorted((given | set(plain)) - known):
        raise InvalidUtilityFile(f"{where}{key}: unknown key; known are {', '.join(sorted(known))}")


def _customer_number(data: dict[str, Any]) -> CustomerNumberPattern:
    _check_keys(CustomerNumberPattern, data, "customer_number.", also=set(), given=set())
    digits, suffix = data.get("digits", 7), data.get("suffix", "1")
    if not isinstance(digits, int) or not 3 <= digits <= 15:
        raise InvalidUtilityFile("customer_number.digits: expected a whole number from 3 to 15")
    if not isinstance(suffix, str) or not re.fullmatch(r"\d{1,3}", suffix):
        raise InvalidUtilityFile('customer_number.suffix: expected 1 to 3 digits in quotes, such as "1"')
    return CustomerNumberPattern(digits, suffix)


def _brand(data: dict[str, Any]) -> Brand:
    _check_keys(Brand, data, "brand.", also=set(), given=set())
    brand = Brand(**data)
    for each in fields(Brand):
        value = getattr(brand, each.name)
        if each.name != "logo" and not (isinstance(value, str) and _COLOUR.fullmatch(value)):
            raise InvalidUtilityFile(f"brand.{each.name}: expected a colour such as #12418f, found {value!r}")
    return brand


def _readings(data: dict[str, Any]) -> ReadingRules:
    data = dict(data)
    start, end = data.pop("period_start", None), data.pop("period_end", None)
    annual = data.pop("default_annual_use", {})
    _check_keys(ReadingRules, data, "readings.", also={"period_start", "period_end"}, given=set())
    max_age_days = data.get("max_age_days", ReadingRules.max_age_days)
    if not isinstance(max_age_days, int) or not 1 <= max_age_days <= 366:
        raise InvalidUtilityFile("readings.max_age_days: expected a whole number from 1 to 366")
    if (start is None) != (end is None):
        raise InvalidUtilityFile("readings.period_start and period_end: give both or none")
    period = ReadingPeriod(_month_day(start), _month_day(end)) if start else None
    use = dict(ReadingRules().default_annual_use)
    for division, value in annual.items():
        if division not in use or isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise InvalidUtilityFile(f"readings.default_annual_use.{division}: expected a number above 0")
        use[division] = Decimal(str(value))
    return ReadingRules(max_age_days, period, MappingProxyType(use))


def _month_day(text: object) -> tuple[int, int]:
    match = _MONTH_DAY.fullmatch(text) if isinstance(text, str) else None
    if match is None or not (1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= 31):
        raise InvalidUtilityFile(f"readings period: expected month and day such as 11-15, found {text!r}")
    return int(match[1]), int(match[2])
