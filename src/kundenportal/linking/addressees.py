"""Who may get a letter with an activation code, and which code is good; nothing is written."""

import datetime as dt

from kundenportal.addresses.selectors import letter_address
from kundenportal.customers.models import Customer
from kundenportal.identity.models import OneTimeSecret
from kundenportal.linking.models import AccountLink, ActivationLetter, LinkRequest

MAX_PER_CUSTOMER, MAX_PER_CUSTOMER_DAYS = 3, dt.timedelta(days=90)
MAX_PER_DAY = 50


def may_get_letter(customer: Customer, *, now: dt.datetime) -> bool:
    """Tell whether a letter may go to a customer: to a known address, three in 90 days, 50 a day in all."""
    letters = ActivationLetter.objects
    recent = letters.filter(customer=customer, created_at__gt=now - MAX_PER_CUSTOMER_DAYS).count()
    today = letters.filter(created_at__gt=now - dt.timedelta(days=1)).count()
    if recent >= MAX_PER_CUSTOMER or today >= MAX_PER_DAY:
        return False
    return letter_address(customer, now=now) is not None


def letter_of(about: AccountLink | LinkRequest, *, now: dt.datetime) -> ActivationLetter | None:
    """Return the newest letter of a grant or a request whose code is good or not printed yet, or None."""
    letters = about.letters.select_related("secret").order_by("-id")
    return next((each for each in letters if _is_open(each.secret, now)), None)


def _is_open(secret: OneTimeSecret | None, now: dt.datetime) -> bool:
    return secret is None or (secret.used_at is None and now < secret.expires_at)
