"""The parts in which the keys of ``utility.toml`` are changed and kept."""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum

from kundenportal.core.modules import Modules

_DIVISIONS = ("strom", "gas", "wasser", "waerme")


class Section(StrEnum):
    """A part that is saved as one."""

    MASTER_DATA = "master_data"
    LEGAL = "legal"
    BRAND = "brand"
    LOGO = "logo"
    MODULES = "modules"
    LIMITS = "limits"
    NUMBERS = "numbers"


KEYS: Mapping[Section, tuple[str, ...]] = {
    Section.MASTER_DATA: (
        "name",
        "slogan",
        "street",
        "postal_code",
        "city",
        "phone",
        "phone_hours",
        "emergency_phone",
        "email",
    ),
    Section.LEGAL: (
        "imprint.company",
        "imprint.represented_by",
        "imprint.register_court",
        "imprint.register_number",
        "imprint.vat_id",
        "imprint.economic_id",
        "imprint.supervisory_authority",
        "imprint.responsible_for_content",
        "privacy.officer",
        "privacy.officer_address",
        "privacy.officer_email",
        "privacy.officer_phone",
        "privacy.authority",
        "privacy.hosting",
        "accessibility.email",
        "accessibility.law",
        "accessibility.state_law",
        "accessibility.enforcement_body",
        "accessibility.market_surveillance",
        "accessibility.checked_date",
        "security.contact",
        "security.policy",
    ),
    Section.BRAND: (
        "brand.light",
        "brand.light_tint",
        "brand.dark",
        "brand.dark_tint",
        "brand.plate",
    ),
    Section.LOGO: ("brand.logo",),
    Section.MODULES: tuple(f"modules.{each.name}" for each in fields(Modules)),
    Section.LIMITS: (
        "readings.max_age_days",
        "readings.period_start",
        "readings.period_end",
        *(f"readings.default_annual_use.{division}" for division in _DIVISIONS),
        "advance_payments.lower_percent",
        "advance_payments.upper_percent",
        "advance_payments.lead_days",
        "advance_payments.months_offered",
        "advance_payments.changes_per_year",
        *(f"advance_payments.base_price_percent.{division}" for division in _DIVISIONS),
        "contact.answer_days",
    ),
    Section.NUMBERS: (
        "customer_number.digits",
        "customer_number.suffix",
        "creditor_id",
        "banking.mandate_reference",
        "banking.lead_bank_days",
        "banking.state",
    ),
}
"""The keys of each section, with the tables they stand in.

``time_zone`` is in none: a process takes it when it starts, so only the file can say it.
"""

TEXT_PREFIX = "text:"
"""How the section of a text begins: ``text:de/impressum``."""
