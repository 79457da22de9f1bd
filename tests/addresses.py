"""What tests of billing addresses share: the household's address, another one, and sending it."""

import datetime as dt
from dataclasses import replace
from typing import Any

from kundenportal.addresses.models import BillingAddress
from kundenportal.addresses.rules import Address
from kundenportal.addresses.selectors import address_of
from kundenportal.addresses.services import submit_address_change
from kundenportal.customers.models import Customer
from kundenportal.submissions.models import Submission
from tests.make import NOW, Household

OLD_CONTACT = "rechnung@beispiel.de"
NEW_CONTACT = "neu@beispiel.de"


def give_address(household: Household, **values: Any) -> BillingAddress:
    """Give the household's customer a contact address and a billing address where he lives."""
    Customer.objects.filter(pk=household.customer.pk).update(
        contact_email=values.pop("contact_email", OLD_CONTACT), phone="09872 123456", salutation="Herr"
    )
    household.customer.refresh_from_db()
    defaults = {"street": "Lindenstraße", "house_number": "12", "postal_code": "91560", "city": "Musterbach"}
    return BillingAddress.objects.create(customer=household.customer, **defaults | values)


def new_address(household: Household, **values: Any) -> Address:
    """Return the household's address after a move to Augsburg, with another contact address."""
    moved = {
        "street": "Gartenweg",
        "house_number": "7a",
        "postal_code": "86150",
        "city": "Augsburg",
        "contact_email": NEW_CONTACT,
    }
    present = address_of(Customer.objects.get(pk=household.customer.pk))
    return replace(present, **moved | values)


def send_address(
    household: Household, *, key: str = "key-1", now: dt.datetime = NOW, **values: Any
) -> Submission:
    """Send a change of address."""
    return submit_address_change(
        actor=household.user,
        premise=household.premise,
        address=new_address(household, **values),
        device="Firefox",
        key=key,
        now=now,
    )
