"""Giving a login a customer, and telling the contact address of the master data (security.md A1, A4)."""

import datetime as dt

from django.conf import settings

from kundenportal.core.email_addresses import is_email
from kundenportal.customers.models import Customer
from kundenportal.identity.models import User
from kundenportal.linking.addressees import may_get_letter
from kundenportal.linking.models import AccountLink, ActivationLetter
from kundenportal.linking.rules import GUESSABLE_PROOFS, Hold, hold_for, same_mailbox
from kundenportal.mailing.services import enqueue


def grant_access(user: User, customer: Customer, *, proof: str, now: dt.datetime) -> AccountLink:
    """Insert the grant of a customer that no login holds, in the caller's transaction.

    A grant won by what others may know is restricted. Meanwhile the contact address of the master data is
    told and can withdraw it, or a letter goes out.

    Args:
        user: the login; its mailbox is proven.
        customer: the customer, locked.
        proof: a value of ``AccountLink.Proof``.
        now: when, aware.

    """
    is_own_mailbox = same_mailbox(user.email, customer.contact_email)
    if is_own_mailbox and proof in GUESSABLE_PROOFS:
        proof = AccountLink.Proof.MAILBOX
    has_told_contact = is_email(customer.contact_email) and not is_own_mailbox
    hold = hold_for(
        proof,
        has_told_contact=has_told_contact,
        was_withdrawn=AccountLink.objects.filter(customer=customer, is_withdrawn=True).exists(),
        hours=settings.NEW_ACCESS_HOLD_HOURS,
        now=now,
    )
    link = AccountLink.objects.create(
        user=user,
        customer=customer,
        proof=proof,
        created_at=now,
        held_until=hold.until if hold else None,
        awaits_letter=bool(hold and hold.awaits_letter),
    )
    if link.awaits_letter and may_get_letter(customer, now=now):
        ActivationLetter.objects.create(customer=customer, account_link=link, created_at=now)
    if has_told_contact:
        _tell_contact(link, hold, now)
    return link


def _tell_contact(link: AccountLink, hold: Hold | None, now: dt.datetime) -> None:
    enqueue(
        "registration_completed",
        to=link.customer.contact_email,
        context={
            "customer_number": link.customer.customer_number,
            "account_link_id": link.pk,
            "is_held": hold is not None,
        },
        language=link.user.language,
        customer_id=link.customer.pk,
        now=now,
    )
