"""What tests of linking share: a login, another customer with a meter, and linking the two."""

import datetime as dt
from typing import Any

from kundenportal.addresses.models import BillingAddress
from kundenportal.customers.models import Customer
from kundenportal.identity.models import User
from kundenportal.linking.holds import held_links
from kundenportal.linking.models import AccountLink, LinkRequest
from kundenportal.linking.services import link_account, request_link
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, make_customer, make_premise, make_register, make_user
from tests.security_mails import link_in

METER = "1 EMH00 0451 2873"
NUMBER = "0010224/1"
OTHER_PASSWORD = "Regal Mond Kutsche Quark"
UNDO = "/verknuepfung-rueckgaengig/"


def held_link(user: User, customer: Customer, *, now: dt.datetime) -> AccountLink | None:
    """Return the grant of a login to a customer if it is restricted."""
    return next((each for each in held_links(user, now=now) if each.customer == customer), None)


def make_weber(*, meter: str = METER, **values: Any) -> Customer:
    """Return Petra Weber, whose meter is ``METER``; a contact address of her own unless given."""
    defaults = {"customer_number": NUMBER, "first_name": "Petra", "last_name": "Weber"}
    customer = make_customer(**defaults | {"contact_email": "p.weber@beispiel.de"} | values)
    make_register(make_premise(customer), meter_number=meter)
    return customer


def make_bauer(**values: Any) -> User:
    """Return the login of Michael Bauer, 0014026/1."""
    return make_user(make_customer(customer_number="0014026/1"), **values)


def make_other(*customers: Customer, email: str = "petra@beispiel.de", **values: Any) -> User:
    """Return another login, with ``OTHER_PASSWORD``."""
    user = make_user(*customers, email=email, **values)
    user.set_password(OTHER_PASSWORD)
    user.save()
    return user


def make_address(customer: Customer) -> None:
    """Give a customer an address that letters go to."""
    BillingAddress.objects.create(
        customer=customer, street="Gartenweg", house_number="7", postal_code="91560", city="Musterbach"
    )


def ask(user: User, number: str = NUMBER, meter: str = METER, *, now=NOW) -> LinkRequest:
    """Name number and meter of an account to link."""
    return request_link(user=user, customer_number=number, meter_number=meter, now=now)


def link(user: User, number: str = NUMBER, meter: str = METER, *, now=NOW, **proof: str) -> Customer:
    """Link an account, from the first page to the last."""
    request = ask(user, number, meter, now=now)
    return link_account(user=user, request_id=request.public_id, **proof, now=now)


def numbers_of(user: User) -> list[str]:
    """Return the customer numbers a login holds."""
    links = AccountLink.objects.filter(user=user, ended_at=None)
    return sorted(links.values_list("customer__customer_number", flat=True))


def undo_token(kind: str, recipient: str, *, now=NOW) -> str:
    """Return the token of the undo link in the newest mail of a kind to an address."""
    mail = OutgoingMail.objects.filter(kind=kind, recipient=recipient).latest("id")
    return link_in(mail, UNDO, now=now).removeprefix(UNDO).rstrip("/")


def disavow_token(recipient: str) -> str:
    """Return the token of "Das war ich nicht" in the mail about linked accounts to an address."""
    mail = OutgoingMail.objects.get(kind="accounts_linked", recipient=recipient)
    return link_in(mail, "/das-war-ich-nicht/").split("/")[2]
