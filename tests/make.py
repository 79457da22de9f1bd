"""Making what a test needs, with one line per thing and every default in one place."""

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.customers.models import Customer, Division, Premise
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.metering.models import Meter, MeterReading, Register

NOW = dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC)
"""The moment most tests happen at: Sunday, noon in Musterbach."""

TODAY = dt.date(2026, 11, 22)
PASSWORD = "vier Wörter ohne Sinn"

_numbers = itertools.count(10_001)


def make_customer(**values: Any) -> Customer:
    """Return a stored customer."""
    number = f"{next(_numbers):07d}/1"
    return Customer.objects.create(
        **{"customer_number": number, "first_name": "Michael", "last_name": "Bauer"} | values
    )


def make_premise(customer: Customer | None = None, **values: Any) -> Premise:
    """Return a stored premise, with a customer of its own unless one is given."""
    defaults = {
        "erp_id": f"VS{next(_numbers)}",
        "street": "Lindenstraße",
        "house_number": "12",
        "postal_code": "91560",
        "city": "Musterbach",
        "begin_date": dt.date(2020, 1, 1),
    }
    return Premise.objects.create(customer=customer or make_customer(), **defaults | values)


def make_register(premise: Premise | None = None, *, meter: Meter | None = None, **values: Any) -> Register:
    """Return a stored register of 6+1 digits, with a meter of its own unless one is given.

    The values of a meter (``division``, ``meter_number``, ``installed_date``, ``removed_date``, ``is_remote``,
    ``ended_at``) may stand among the register's.
    """
    of_meter = {
        name: values.pop(name)
        for name in ("division", "meter_number", "installed_date", "removed_date", "is_remote")
        if name in values
    }
    if meter is None:
        number = of_meter.setdefault("meter_number", f"1EMH00{next(_numbers)}")
        defaults = {"division": Division.ELECTRICITY, "installed_date": dt.date(2020, 1, 1)}
        meter = Meter.objects.create(
            premise=premise or make_premise(), number_key=meter_number_key(number), **defaults | of_meter
        )
    return Register.objects.create(
        meter=meter, **{"code": "1", "integer_digits": 6, "decimal_digits": 1, "unit": "kWh"} | values
    )


def make_reading(
    register: Register, reading_date: dt.date, value: Decimal | int, **values: Any
) -> MeterReading:
    """Return a stored reading, read by the utility unless another origin is given."""
    return MeterReading.objects.create(
        register=register,
        reading_date=reading_date,
        value=value,
        **{"origin": MeterReading.Origin.READ} | values,
    )


def make_user(*customers: Customer, email: str = "m.bauer@beispiel.de", **values: Any) -> User:
    """Return a stored login with ``PASSWORD``, linked to the customers given."""
    user = User(email=email, email_verified_at=NOW, created_at=NOW, **values)
    user.set_password(PASSWORD)
    user.save()
    for customer in customers:
        AccountLink.objects.create(user=user, customer=customer, created_at=NOW)
    return user
