"""Finding customers by what a clerk has at hand: number, name, address, meter, e-mail address."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch, Q

from kundenportal.core.customer_numbers import canonical_customer_number
from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email
from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.core.search_words import terms_of
from kundenportal.customers.models import Customer, Premise
from kundenportal.customers.search_index import customers_with
from kundenportal.linking.models import AccountLink
from kundenportal.metering.models import Meter

SHOWN = 50
"""How many customers a search shows; who wants another one tells more of him."""


@dataclass(frozen=True)
class Found:
    """What a search found: those with a contract first, by name; and whether there are more."""

    customers: tuple[Customer, ...]
    is_more: bool


def find_customers(text: str) -> Found:
    """Return the customers that what was typed may mean; every look-up goes by an index.

    Args:
        text: as typed: a customer number in any spelling, a meter number, an e-mail address, or words of
            name and address, all of which the customer must have.

    """
    typed = text.strip()
    number = canonical_customer_number(typed, settings.UTILITY.customer_number) or ""
    ids = [*_with_address(typed), *_with_meter(typed), *customers_with(terms_of(typed), limit=SHOWN + 1)]
    customers = Customer.objects.filter(Q(pk__in=ids) | Q(customer_number=number))
    premises = Premise.objects.order_by("ended_at", "-begin_date", "pk")
    found = sorted(customers.prefetch_related(Prefetch("premises", premises)), key=_order)
    return Found(tuple(found[:SHOWN]), len(found) > SHOWN)


def _order(customer: Customer) -> tuple[bool, str, str]:
    return customer.ended_at is not None, customer.last_name.casefold(), customer.customer_number


def _with_address(typed: str) -> Iterable[int]:
    """Return who signs in with an e-mail address."""
    try:
        address = canonical_email(typed)
    except InvalidEmailAddress:
        return []
    links = AccountLink.objects.filter(user__email=address, user__is_staff=False, ended_at=None)
    return links.values_list("customer", flat=True)[: SHOWN + 1]


def _with_meter(typed: str) -> Iterable[int]:
    """Return who has or had a meter of a number."""
    key = meter_number_key(typed)
    if not any(character.isdigit() for character in key):
        return []
    meters = Meter.objects.filter(number_key=key)
    return meters.values_list("premise__customer", flat=True)[: SHOWN + 1]
