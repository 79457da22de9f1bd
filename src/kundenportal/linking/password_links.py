"""What the page of a password link needs to know; nothing is written."""

import datetime as dt
from dataclasses import dataclass

from kundenportal.identity.models import OneTimeSecret
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


def login_of(token: str, *, now: dt.datetime) -> LoginOfLink | None:
    """Return the login of a password link, or None when the link is used, expired or unknown."""
    secret = open_secret(OneTimeSecret.Purpose.PASSWORD_RESET, token, now=now)
    if secret is None or secret.user is None or not secret.user.is_active:
        return None
    customers = customers_of(secret.user)
    numbers = tuple(customer.customer_number for customer in customers)
    names = tuple(customer.full_name for customer in customers)
    return LoginOfLink(customer_numbers=numbers, own_data=(*numbers, *names, secret.user.email))
