"""Customers who can be found: their words are made as the import makes them."""

from typing import Any

from kundenportal.core.search_words import words_of_address, words_of_customer
from kundenportal.customers.models import Customer, Premise
from kundenportal.customers.search_index import refresh_words
from tests.make import make_customer, make_premise


def make_findable(street: str = "Lindenstraße", house_number: str = "12", **values: Any) -> Premise:
    """Return the premise of a stored customer that a search finds.

    ``postal_code`` and ``city`` may stand among the values, which are the customer's; the bills go to the
    same address.
    """
    place = {name: values.pop(name) for name in ("postal_code", "city") if name in values}
    premise = make_premise(make_customer(**values), street=street, house_number=house_number, **place)
    make_words(premise)
    return premise


def make_words(premise: Premise) -> None:
    """Let a customer be found by his name and by the address of a premise, which is where his bills go."""
    customer = premise.customer
    address = words_of_address(premise.street, premise.house_number, premise.postal_code, premise.city)
    words = words_of_customer(
        first_name=customer.first_name,
        last_name=customer.last_name,
        contact_email=customer.contact_email,
        address=address,
    )
    Premise.objects.filter(pk=premise.pk).update(search_words=address)
    Customer.objects.filter(pk=customer.pk).update(search_words=words)
    refresh_words(f"SELECT id FROM customers_customer WHERE id = {customer.pk}")
