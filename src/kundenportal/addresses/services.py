"""Taking in changes of the billing address, settling them, and stopping those a stranger sent."""

import datetime as dt
from dataclasses import asdict
from functools import partial

from django.db import transaction
from django.db.models import Q

from kundenportal.addresses.mails import ADDRESS_ACCEPTED, ADDRESS_REJECTED, ADDRESS_REQUESTED
from kundenportal.addresses.models import AddressChange, BillingAddress
from kundenportal.addresses.rules import Address, Refusal, refusal_of
from kundenportal.addresses.selectors import address_of, open_address_change
from kundenportal.audit.services import record
from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.models import User
from kundenportal.identity.security_events import addresses_of, distinct_addresses, tell_security_event
from kundenportal.identity.unchanged import lock_unchanged_login
from kundenportal.submissions.disavowed import withdraw_disavowed
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import open_submission
from kundenportal.submissions.settling import Settle, settle_submission

_POSTAL = ("street", "house_number", "supplement", "postal_code", "city", "country")
"""What a billing address and a change of one have in common."""


class AddressChangeRefused(Exception):
    """The change is not taken; nothing was stored. ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@transaction.atomic(durable=True)
def submit_address_change(
    *, actor: User, premise: Premise, address: Address, device: str, key: str, now: dt.datetime
) -> Submission:
    """Store a new billing address as one submission, with its audit entry and its mails.

    The login and the customer are locked, so that "Das war ich nicht" pressed meanwhile finds the change or
    prevents it, and two changes at once become one. The same key a second time gives the first submission.

    Args:
        actor: the login that sends, as it was when its proof was checked.
        premise: the place of consumption in view; the caller has checked that the login may see it, that
            its grant is not restricted, and that password or passkey were shown just now.
        address: the whole address as it shall be.
        device: what the browser says it is, for the mail.
        key: the idempotency key of the form.
        now: when, aware.

    Raises:
        AddressChangeRefused: when the customer has left, a change is open, or nothing differs.
        LoginSecured: when the login is not what it was.

    """
    user = lock_unchanged_login(actor)
    customer = Customer.objects.select_for_update().get(pk=premise.customer_id)
    if sent := Submission.objects.filter(idempotency_key=key, premise=premise).first():
        return sent
    _refuse(customer, address)
    submission = open_submission(
        Submission.Kind.ADDRESS_CHANGE, premise=premise, actor=user, key=key, now=now
    )
    change = AddressChange.objects.create(
        submission=submission, former_contact_email=customer.contact_email, **asdict(address)
    )
    record(
        "address.submitted",
        actor=user.actor,
        now=now,
        customer_id=customer.pk,
        subject=submission.reference,
    )
    _tell(user, change, device, now)
    return submission


def withdraw_disavowed_changes(concerned: Q, *, now: dt.datetime) -> None:
    """Stop those changes of address that a stranger sent, in the caller's transaction."""
    withdraw_disavowed(Submission.Kind.ADDRESS_CHANGE, topic="address", concerned=concerned, now=now)


def _refuse(customer: Customer, address: Address) -> None:
    refusal = refusal_of(
        address_of(customer),
        address,
        has_ended=customer.ended_at is not None,
        has_open_change=open_address_change(customer) is not None,
    )
    if refusal is not None:
        raise AddressChangeRefused(refusal)


def _tell(user: User, change: AddressChange, device: str, now: dt.datetime) -> None:
    """Tell the login's addresses, the old and the new contact address; the new one alone reads all."""
    new = change.contact_email
    known = addresses_of(user, now=now, tells_contacts=False)
    addresses = distinct_addresses([*known, change.former_contact_email, new])
    tell_security_event(
        ADDRESS_REQUESTED,
        user=user,
        addresses=addresses,
        context={"submission": change.pk, "new_contact_index": addresses.index(new), "device": device},
        customer_id=change.submission.customer_id,
        now=now,
    )


def _take_over(submission: Submission, now: dt.datetime) -> None:
    """Make the address that was sent the customer's."""
    change, customer = submission.address_change, submission.owner
    Customer.objects.filter(pk=customer.pk).update(
        salutation=change.salutation,
        first_name=change.first_name,
        last_name=change.last_name,
        contact_email=change.contact_email,
        phone=change.phone,
    )
    where = {name: getattr(change, name) for name in _POSTAL}
    same = BillingAddress.objects.filter(customer=customer, **where)
    if not same.exists():
        BillingAddress.objects.update_or_create(customer=customer, defaults=where | {"changed_at": now})


settle_address_change: Settle = partial(
    settle_submission,
    topic="address",
    take_over=_take_over,
    mails={"accepted": ADDRESS_ACCEPTED, "rejected": ADDRESS_REJECTED},
)
"""Settle a change of address. An accepted one is the customer's at once; the next delivery says the same."""
