"""The utility that runs the portal: what ``utility.toml`` says of it."""

import math
import re
import tomllib
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kundenportal.core.banking_rules import BankingRules, read_banking, read_creditor_id
from kundenportal.core.customer_numbers import CustomerNumberPattern
from kundenportal.core.legal_details import (
    Accessibility,
    Imprint,
    Privacy,
    SecurityContact,
    read_accessibility,
    read_imprint,
    read_privacy,
    read_security_contact,
)
from kundenportal.core.toml_tables import InvalidUtilityFile, check_keys, check_texts, table_of

LOGO_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
"""The kinds of logo a browser draws, by the end of the file's name."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")


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
class AdvancePaymentRules:
    """The utility's own limits for changing advance payments.

    ``lower_percent`` and ``upper_percent`` are how far below and above the current amount a new one may be
    when the billing system gives no limit (product.md ruling 9). A change begins on the first of a month that
    is at least ``lead_days`` away; ``months_offered`` of these are offered. ``changes_per_year`` of 0 sets no
    limit. ``base_price_percent`` is by division the part of a year's cost that does not follow the use; the
    defaults are the house's own, rounded from the tariffs of German households.
    """

    lower_percent: int = 20
    upper_percent: int = 100
    lead_days: int = 10
    months_offered: int = 3
    changes_per_year: int = 1
    base_price_percent: MappingProxyType[str, int] = field(
        default_factory=lambda: MappingProxyType({"strom": 15, "gas": 10, "wasser": 20, "waerme": 30})
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
    emergency_phone: str = ""
    email: str = "service@stadtwerke-musterbach.example"
    creditor_id: str = ""
    time_zone: str = "Europe/Berlin"
    customer_number: CustomerNumberPattern = field(default_factory=CustomerNumberPattern)
    brand: Brand = field(default_factory=Brand)
    readings: ReadingRules = field(default_factory=ReadingRules)
    advance_payments: AdvancePaymentRules = field(default_factory=AdvancePaymentRules)
    banking: BankingRules = field(default_factory=BankingRules)
    imprint: Imprint = field(default_factory=Imprint)
    privacy: Privacy = field(default_factory=Privacy)
    accessibility: Accessibility = field(default_factory=Accessibility)
    security: SecurityContact = field(default_factory=SecurityContact)


_TABLES = {
    "customer_number",
    "brand",
    "readings",
    "advance_payments",
    "banking",
    "imprint",
    "privacy",
    "accessibility",
    "security",
}
"""The keys that hold a table; all others hold a text."""


def load_utility(path: Path) -> Utility:
    """Read ``utility.toml``.

    Raises:
        InvalidUtilityFile: when the file is missing, is not TOML, or a key is unknown or malformed.

    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidUtilityFile(f"{path}: {error}") from error
    check_keys(Utility, data, "", also=set())
    texts = check_texts({key: value for key, value in data.items() if key not in _TABLES})
    _check_time_zone(texts.get("time_zone", Utility.time_zone))
    customer_number = _customer_number(table_of(data, "customer_number"))
    return Utility(
        **texts | {"creditor_id": read_creditor_id(data)},
        customer_number=customer_number,
        brand=_brand(table_of(data, "brand")),
        readings=_readings(table_of(data, "readings")),
        advance_payments=_advance_payments(table_of(data, "advance_payments")),
        banking=read_banking(data, customer_number),
        imprint=read_imprint(data),
        privacy=read_privacy(data),
        accessibility=read_accessibility(data),
        security=read_security_contact(data),
    )


def _check_time_zone(name: str) -> None:
    """Refuse what can be no name of a zone; one that is merely unknown may be missing on this machine."""
    try:
        ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return
    except (ValueError, OSError) as error:
        raise InvalidUtilityFile(
            f"time_zone: expected a name such as Europe/Berlin, found {name!r}"
        ) from error


def _customer_number(data: dict[str, Any]) -> CustomerNumberPattern:
    check_keys(CustomerNumberPattern, data, "customer_number.", also=set())
    digits, suffix = data.get("digits", 7), data.get("suffix", "1")
    if not isinstance(digits, int) or not 3 <= digits <= 15:
        raise InvalidUtilityFile("customer_number.digits: expected a whole number from 3 to 15")
    if not isinstance(suffix, str) or not re.fullmatch(r"\d{1,3}", suffix):
        raise InvalidUtilityFile('customer_number.suffix: expected 1 to 3 digits in quotes, such as "1"')
    return CustomerNumberPattern(digits, suffix)


def _brand(data: dict[str, Any]) -> Brand:
    check_keys(Brand, data, "brand.", also=set())
    brand = Brand(**data)
    for each in fields(Brand):
        value = getattr(brand, each.name)
        if each.name != "logo" and not (isinstance(value, str) and _COLOUR.fullmatch(value)):
            raise InvalidUtilityFile(f"brand.{each.name}: expected a colour such as #12418f, found {value!r}")
    if brand.logo:
        _check_logo(brand.logo)
    return brand


def _check_logo(logo: object) -> None:
    """Refuse a logo that cannot be shown: every page, also that of errors, is drawn with it."""
    is_shown = isinstance(logo, str) and Path(logo).suffix.lower() in LOGO_TYPES and Path(logo).is_file()
    if not is_shown:
        kinds = ", ".join(LOGO_TYPES)
        raise InvalidUtilityFile(f"brand.logo: expected the path of a file ({kinds}), found {logo!r}")


def _readings(data: dict[str, Any]) -> ReadingRules:
    data = dict(data)
    start, end = data.pop("period_start", None), data.pop("period_end", None)
    annual = table_of(data, "default_annual_use", "readings.")
    data.pop("default_annual_use", None)
    check_keys(ReadingRules, data, "readings.", also={"period_start", "period_end"})
    max_age_days = data.get("max_age_days", ReadingRules.max_age_days)
    if not isinstance(max_age_days, int) or not 1 <= max_age_days <= 366:
        raise InvalidUtilityFile("readings.max_age_days: expected a whole number from 1 to 366")
    if (start is None) != (end is None):
        raise InvalidUtilityFile("readings.period_start and period_end: give both or none")
    period = ReadingPeriod(_month_day(start), _month_day(end)) if start else None
    use = dict(ReadingRules().default_annual_use)
    for division, value in annual.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if division not in use or not is_number or not 0 < value < math.inf:
            raise InvalidUtilityFile(f"readings.default_annual_use.{division}: expected a number above 0")
        use[division] = Decimal(str(value))
    return ReadingRules(max_age_days, period, MappingProxyType(use))


_WHOLE_NUMBERS = {
    "lower_percent": (0, 100),
    "upper_percent": (0, 1000),
    "lead_days": (0, 90),
    "months_offered": (1, 12),
    "changes_per_year": (0, 12),
}
"""The keys of advance payments and the numbers they may be."""


def _advance_payments(data: dict[str, Any]) -> AdvancePaymentRules:
    base_price = table_of(data, "base_price_percent", "advance_payments.")
    data = {key: value for key, value in data.items() if key != "base_price_percent"}
    check_keys(AdvancePaymentRules, data, "advance_payments.", also=set())
    for key, value in data.items():
        low, high = _WHOLE_NUMBERS[key]
        if type(value) is not int or not low <= value <= high:
            raise InvalidUtilityFile(f"advance_payments.{key}: expected a whole number from {low} to {high}")
    percent = dict(AdvancePaymentRules().base_price_percent)
    for division, value in base_price.items():
        if division not in percent or type(value) is not int or not 0 <= value <= 100:
            raise InvalidUtilityFile(
                f"advance_payments.base_price_percent.{division}: expected a whole number from 0 to 100"
            )
        percent[division] = value
    return AdvancePaymentRules(**data, base_price_percent=MappingProxyType(percent))


def _month_day(text: object) -> tuple[int, int]:
    match = _MONTH_DAY.fullmatch(text) if isinstance(text, str) else None
    if match is None or not (1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= 31):
        raise InvalidUtilityFile(f"readings period: expected month and day such as 11-15, found {text!r}")
    return int(match[1]), int(match[2])
