"""The address a customer has, the changes sent, and where letters with codes may go."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q

from kundenportal.addresses.models import AddressChange, BillingAddress
from kundenportal.addresses.rules import Address
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Customer, Premise
from kundenportal.submissions.models import OPEN, Submission

YOUNG_FOR = dt.timedelta(days=30)
"""How long a new address gets no letters with codes, and a former contact address is still told."""


@dataclass(frozen=True)
class PostalAddress:
    """Where a letter goes; ``country`` is an ISO code."""

    street_line: str
    supplement: str
    postal_code: str
    city: str
    country: str


def address_of(customer: Customer) -> Address:
    """Return the address the master data have; empty where they have none."""
    billing = _billing_address(customer) or BillingAddress(customer=customer)
    return Address(
        salutation=customer.salutation,
        first_name=customer.first_name,
        last_name=customer.last_name,
        street=billing.street,
        house_number=billing.house_number,
        supplement=billing.supplement,
        postal_code=billing.postal_code,
        city=billing.city,
        country=billing.country,
        phone=customer.phone,
        contact_email=customer.contact_email,
    )


def open_address_change(customer: Customer) -> Submission | None:
    """Return the change of a customer that is not settled yet, or None."""
    changes = Submission.objects.filter(kind=Submission.Kind.ADDRESS_CHANGE, status__in=OPEN)
    return changes.filter(customer=customer).select_related("premise").first()


def submitted_address(submission: Submission) -> AddressChange:
    """Return the address that a submission sent."""
    return AddressChange.objects.get(pk=submission.pk)


def recent_contact_changes(customers: Iterable[Customer], *, now: dt.datetime) -> list[AddressChange]:
    """Return the changes that gave customers another contact address: those open, or settled of late."""
    late = Q(submission__status=Submission.Status.COMPLETED, submission__settled_at__gt=now - YOUNG_FOR)
    changes = AddressChange.objects.filter(submission__customer__in=list(customers)).order_by("pk")
    recent = changes.filter(Q(submission__status__in=OPEN) | late)
    return [change for change in recent if change.contact_email != change.former_contact_email]


def letter_address(customer: Customer, *, now: dt.datetime) -> PostalAddress | None:
    """Return where a letter with a code may go, or None when there is no such place (security.md A8).

    Who has taken over a login could redirect letters to himself and order a code there. So an address that
    became the customer's within the last 30 days gets none: the place of consumption does.
    """
    billing = _billing_address(customer)
    if billing is not None and not _is_young(billing, now):
        street = f"{billing.street} {billing.house_number}".strip()
        return PostalAddress(street, billing.supplement, billing.postal_code, billing.city, billing.country)
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    supplied = Premise.objects.filter(customer=customer, ended_at=None, begin_date__lte=today)
    current = supplied.filter(Q(end_date=None) | Q(end_date__gte=today)).order_by("begin_date", "pk").first()
    if billing is None or current is None:
        return None
    return PostalAddress(current.street_line, "", current.postal_code, current.city, "DE")


def _billing_address(customer: Customer) -> BillingAddress | None:
    try:
        return customer.billing_address
    except ObjectDoesNotExist:
        return None


def _is_young(billing: BillingAddress, now: dt.datetime) -> bool:
    return billing.changed_at is not None and now < billing.changed_at + YOUNG_FOR
