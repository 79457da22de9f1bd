"""What pages that set a password need to know; nothing is written."""

import datetime as dt
from dataclasses import dataclass

from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import open_secret
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
    """Return what the password of a login may not be made of: numbers, names and its address."""
    customers = customers_of(user)
    numbers = [customer.customer_number for customer in customers]
    return (*numbers, *(customer.full_name for customer in customers), user.email)
