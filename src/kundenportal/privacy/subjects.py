"""Whose data are handed out: a login's own, and those of the customers it may see without restriction."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from kundenportal.customers.models import Customer
from kundenportal.identity.models import EmailChange, User
from kundenportal.linking.holds import is_held
from kundenportal.linking.models import AccountLink
from kundenportal.linking.selectors import links_of


@dataclass(frozen=True)
class Subject:
    """A login, and the customers whose data belong to it.

    Attributes:
        user: the login.
        customers: the customers it holds. One whose grant is restricted is left out: whether the login is
            its customer's is not proven well enough yet.
        addresses: the mailboxes that are the login's or the customers' own.

    """

    user: User
    customers: tuple[Customer, ...]
    addresses: tuple[str, ...]


def subject_of(user: User, *, now: dt.datetime) -> Subject:
    """Return whose data a login may be given now."""
    customers = tuple(free_customers(links_of(user), now=now))
    changes = EmailChange.objects.filter(Q(user=user) & ~Q(completed_at=None))
    former = changes.values_list("old_email", flat=True)
    contacts = [customer.contact_email for customer in customers if customer.contact_email]
    return Subject(user, customers, tuple(dict.fromkeys([user.email, *former, *contacts])))


def free_customers(links: Iterable[AccountLink], *, now: dt.datetime) -> list[Customer]:
    """Return the customers of those grants that are not restricted."""
    return [link.customer for link in links if not is_held(link, now=now)]
