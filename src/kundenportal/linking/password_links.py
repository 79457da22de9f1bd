"""What pages that set a password need to know; nothing is written."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import open_secret
from kundenportal.linking.models import Registration
from kundenportal.linking.registrations import customer_of, proof_of
from kundenportal.linking.rules import Proof
from kundenportal.linking.selectors import customers_of


@dataclass(frozen=True)
class LoginOfLink:
    """The login a password link belongs to.

    Attributes:
        customer_numbers: the numbers it signs in with.
        own_data: what its new password may not be made of.

    """

    customer_numbers: tuple[str, ...]
    own_data: tuple[str, ...]


def login_of(
    token: str,
    *,
    now: dt.datetime,
    purpose: OneTimeSecret.Purpose = OneTimeSecret.Purpose.PASSWORD_RESET,
) -> LoginOfLink | None:
    """Return the login of a mailed link, or None when the link is used, expired or unknown."""
    secret = open_secret(purpose, token, now=now)
    if secret is None or secret.user is None or not secret.user.is_active:
        return None
    numbers = tuple(customer.customer_number for customer in customers_of(secret.user))
    return LoginOfLink(customer_numbers=numbers, own_data=own_data_of(secret.user))


def own_data_of(user: User) -> tuple[str, ...]:
    """Return what the password of a login may not be made of: what people know of its customers."""
    return (user.email, *_own_data_of_customers(customers_of(user)))


def own_data_of_registration(registration: Registration) -> tuple[str, ...]:
    """Return what the password of a registration may not be made of.

    The master data count only where nothing more is to be proven: a stranger who registers a number could
    otherwise try out which street its customer lives in.
    """
    typed = (registration.name, registration.customer_number, registration.email)
    customer = customer_of(registration)
    if customer is None or proof_of(registration) is not Proof.NOTHING:
        return typed
    return (*typed, *_own_data_of_customers([customer]))


def _own_data_of_customers(customers: Collection[Customer]) -> tuple[str, ...]:
    """Return numbers and names of customers, and where they are supplied (ASVS 6.2.11)."""
    premises = Premise.objects.filter(customer__in=customers)
    places = premises.values_list("street", "house_number", "postal_code", "city")
    return (
        *(customer.customer_number for customer in customers),
        *(customer.full_name for customer in customers),
        *(part for place in places for part in place),
    )
