"""What every attack begins with."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine

from kundenportal.addresses.models import BillingAddress
from kundenportal.customers.models import Customer
from tests.drill.people import Person, Post
from tests.make import NOW, Household, make_customer, make_household, make_premise, make_register, make_user

WEBER, WEBER_METER = "0010224/1", "1 EMH00 0777 1234"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def post(db: None) -> Post:
    return Post()


@pytest.fixture
def household(post: Post, clock) -> Household:
    """Michael Bauer, 0014026/1, registered with m.bauer@beispiel.de."""
    return make_household()


@pytest.fixture
def bauer(household: Household, post: Post) -> Person:
    """The victim with a login."""
    return Person(post, "m.bauer@beispiel.de", place="192.0.2.1")


@dataclass(frozen=True)
class Unregistered:
    """A victim without a login."""

    customer: Customer
    person: Person


@pytest.fixture
def weber(post: Post, clock) -> Unregistered:
    """Petra Weber, 0010224/1: never registered; the master data hold a contact address."""
    customer = make_customer(
        customer_number=WEBER, first_name="Petra", last_name="Weber", contact_email="p.weber@beispiel.de"
    )
    BillingAddress.objects.create(
        customer=customer, street="Gartenweg", house_number="7", postal_code="91560", city="Musterbach"
    )
    make_register(make_premise(customer, begin_date=dt.date(2024, 1, 1)), meter_number=WEBER_METER)
    return Unregistered(customer, Person(post, "p.weber@beispiel.de", place="192.0.2.2"))


@pytest.fixture
def stranger(post: Post) -> Person:
    """The attacker, without a login."""
    return Person(post, "fremd@beispiel.de")


@pytest.fixture
def neighbour(post: Post, clock) -> Person:
    """The attacker with a login and a customer number of his own, signed in."""
    customer = make_customer(customer_number="0020001/1", last_name="Nachbar")
    make_register(make_premise(customer, street="Gasse"), meter_number="1 EMH00 0888 0001")
    make_user(customer, email="nachbar@beispiel.de")
    person = Person(post, "nachbar@beispiel.de")
    assert person.sign_in("20001")
    post.deliver()
    return person
