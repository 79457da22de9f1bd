"""The utility that runs the portal: what ``utility.toml`` says of it."""

import math
import re
import tomllib
from calendar import monthrange
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kundenportal.core.banking_rules import BankingRules, read_banking, read_creditor_id
from kundenportal.core.brand import Brand, read_brand
from kundenportal.core.contact_rules import ContactRules, read_contact
from kundenportal.core.customer_numbers import CustomerNumberPattern
from kundenportal.core.legal_details import (
    Accessibility,
    Imprint,
    Privacy,
    SecurityContact,
    check_email,
    read_accessibility,
    read_imprint,
    read_privacy,
    read_security_contact,
)
from kundenportal.core.modules import Modules, read_modules
from kundenportal.core.toml_tables import InvalidUtilityFile, check_keys, check_texts, table_of

_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
_LEAP_YEAR = 2024


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
    modules: Modules = field(default_factory=Modules)
    readings: ReadingRules = field(default_factory=ReadingRules)
    advance_payments: AdvancePaymentRules = field(default_factory=AdvancePaymentRules)
    banking: BankingRules = field(default_factory=BankingRules)
    contact: ContactRules = field(default_factory=ContactRules)
    imprint: Imprint = field(default_factory=Imprint)
    privacy: Privacy = field(default_factory=Privacy)
    accessibility: Accessibility = field(default_factory=Accessibility)
    security: SecurityContact = field(default_factory=SecurityContact)


_TABLES = {
    "customer_number",
    "brand",
    "modules",
    "readings",
    "advance_payments",
    "banking",
    "contact",
    "imprint",
    "privacy",
    "accessibility",
    "security",
}
"""The keys that hold a table; all others hold a text."""


def load_tables(path: Path) -> dict[str, Any]:
    """Return what stands in ``utility.toml``, as it stands there.

    Raises:
        InvalidUtilityFile: when the file is missing or is not TOML.

    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidUtilityFile(str(path), str(error)) from error


def read_utility(data: dict[str, Any]) -> Utility:
    """Return the utility that tables such as those of ``utility.toml`` tell of.

    Args:
        data: the tables; everything that is left out has its default.

    Raises:
        InvalidUtilityFile: when a key is unknown or malformed.

    """
    check_keys(Utility, data, "", also=set())
    texts = check_texts({key: value for key, value in data.items() if key not in _TABLES})
    _check_name_and_email(texts)
    _check_time_zone(texts.get("time_zone", Utility.time_zone))
    customer_number = _customer_number(table_of(data, "customer_number"))
    return Utility(
        **texts | {"creditor_id": read_creditor_id(data)},
        customer_number=customer_number,
        brand=read_brand(data),
        modules=read_modules(data),
        readings=_readings(table_of(data, "readings")),
        advance_payments=_advance_payments(table_of(data, "advance_payments")),
        banking=read_banking(data, customer_number),
        contact=read_contact(data),
        imprint=read_imprint(data),
        privacy=read_privacy(data),
        accessibility=read_accessibility(data),
        security=read_security_contact(data),
    )


def _check_name_and_email(texts: dict[str, str]) -> None:
    """Refuse what no mail could be sent with: it carries the utility's name and address."""
    if not texts.get("name", Utility.name).strip():
        raise InvalidUtilityFile("name", "expected the utility's name, found nothing")
    email = texts.get("email", Utility.email)
    if not email:
        raise InvalidUtilityFile("email", "expected an e-mail address, found nothing")
    check_email("email", email)


def _check_time_zone(name: str) -> None:
    """Refuse what can be no name of a zone; one that is merely unknown may be missing on this machine."""
    try:
        ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return
    except (ValueError, OSError) as error:
        raise InvalidUtilityFile(
            "time_zone", f"expected a name such as Europe/Berlin, found {name!r}"
        ) from error


def _customer_number(data: dict[str, Any]) -> CustomerNumberPattern:
    check_keys(CustomerNumberPattern, data, "customer_number.", also=set())
    digits, suffix = data.get("digits", 7), data.get("suffix", "1")
    if not isinstance(digits, int) or not 3 <= digits <= 15:
        raise InvalidUtilityFile("customer_number.digits", "expected a whole number from 3 to 15")
    if not isinstance(suffix, str) or not re.fullmatch(r"\d{1,3}", suffix):
        raise InvalidUtilityFile("customer_number.suffix", 'expected 1 to 3 digits in quotes, such as "1"')
    return CustomerNumberPattern(digits, suffix)


def _readings(data: dict[str, Any]) -> ReadingRules:
    data = dict(data)
    start, end = data.pop("period_start", None), data.pop("period_end", None)
    annual = table_of(data, "default_annual_use", "readings.")
    data.pop("default_annual_use", None)
    check_keys(ReadingRules, data, "readings.", also={"period_start", "period_end"})
    max_age_days = data.get("max_age_days", ReadingRules.max_age_days)
    if not isinstance(max_age_days, int) or not 1 <= max_age_days <= 366:
        raise InvalidUtilityFile("readings.max_age_days", "expected a whole number from 1 to 366")
    period = _period(start, end)
    use = dict(ReadingRules().default_annual_use)
    for division, value in annual.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if division not in use or not is_number or not 0 < value < math.inf:
            raise InvalidUtilityFile(f"readings.default_annual_use.{division}", "expected a number above 0")
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
            raise InvalidUtilityFile(
                f"advance_payments.{key}", f"expected a whole number from {low} to {high}"
            )
    percent = dict(AdvancePaymentRules().base_price_percent)
    for division, value in base_price.items():
        if division not in percent or type(value) is not int or not 0 <= value <= 100:
            raise InvalidUtilityFile(
                f"advance_payments.base_price_percent.{division}", "expected a whole number from 0 to 100"
            )
        percent[division] = value
    return AdvancePaymentRules(**data, base_price_percent=MappingProxyType(percent))


def _period(start: object, end: object) -> ReadingPeriod | None:
    if start is None and end is None:
        return None
    for key, text in (("period_start", start), ("period_end", end)):
        if text is None:
            raise InvalidUtilityFile(f"readings.{key}", "give both period_start and period_end, or none")
    return ReadingPeriod(_month_day("period_start", start), _month_day("period_end", end))


def _month_day(key: str, text: object) -> tuple[int, int]:
    match = _MONTH_DAY.fullmatch(text) if isinstance(text, str) else None
    month, day = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(_LEAP_YEAR, month)[1]:
        raise InvalidUtilityFile(f"readings.{key}", f"expected month and day such as 11-15, found {text!r}")
    return month, day
