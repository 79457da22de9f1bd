"""What the demo tells of a customer: plain records, before they become rows of a delivery."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class DemoRegister:
    """A counter with its history.

    Attributes:
        code: its name within the meter.
        obis: its OBIS code.
        label: what the customer calls it.
        digits: before and after the comma.
        unit: ``kWh``, ``m3`` or ``MWh``.
        yearly_use: what the counter moved on in each of the last years, the oldest first.
        last_value: what it showed on the day of the last yearly reading.
        factor: by which the counter's steps are multiplied to get the unit.
        feeds_in: whether it counts energy that flows into the grid.

    """

    code: str
    obis: str
    label: str
    digits: tuple[int, int]
    unit: str
    yearly_use: tuple[Decimal, ...]
    last_value: Decimal
    factor: int = 1
    feeds_in: bool = False


@dataclass(frozen=True)
class DemoMeter:
    """A meter at a premise; ``removed`` is the day it was exchanged or the contract ended."""

    number: str
    division: str
    registers: tuple[DemoRegister, ...]
    installed: dt.date
    removed: dt.date | None = None
    is_remote: bool = False
    is_last_estimated: bool = False


@dataclass(frozen=True)
class DemoPremise:
    """A place of consumption with its contract period."""

    erp_id: str
    street: str
    house_number: str
    begin: dt.date
    meters: tuple[DemoMeter, ...]
    label: str = ""
    end: dt.date | None = None


@dataclass(frozen=True)
class DemoCustomer:
    """A customer.

    Bills go to the first premise, unless ``billing`` gives street, house number, postcode and city.
    """

    number: str
    salutation: str
    first_name: str
    last_name: str
    premises: tuple[DemoPremise, ...]
    email: str = ""
    phone: str = ""
    iban: str = ""
    billing: tuple[str, str, str, str] | None = None

    @property
    def name(self) -> str:
        """First and last name, or the company."""
        return f"{self.first_name} {self.last_name}".strip()
