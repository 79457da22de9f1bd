"""What the utility does for the access of a customer who asks: access data, and a letter with a code.

Nobody who works here sees a password, a link or a code (security.md A22).
"""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.email_addresses import canonical_email, is_email
from kundenportal.customers.models import Customer
from kundenportal.identity.models import User
from kundenportal.identity.throttle import allow
from kundenportal.linking.addressees import letter_of, may_get_letter
from kundenportal.linking.models import AccountLink, ActivationLetter, Registration
from kundenportal.linking.selectors import holder_of
from kundenportal.mailing.services import enqueue

_DAY, _SENT_A_DAY = dt.timedelta(days=1), 5


class SentOften(Exception):
    """Access data went out some times today: each link ends the one before, and a mailbox fills up."""


class NoAddress(Exception):
    """There is no e-mail address on file that access data could go to, or the login is locked."""


class LetterOnItsWay(Exception):
    """A letter waits to be printed, or its code is still good."""


class NoLetter(Exception):
    """No letter may go out: nobody is registered, the address is too new, or there were too many letters."""


def address_of_access_data(customer: Customer, user: User | None) -> str:
    """Return where access data of a customer would go, or nothing when there is no such place.

    Args:
        customer: whose.
        user: the login that holds him, if there is one: its own address counts, not that of the contract.

    """
    if user is not None:
        return user.email if user.is_active and user.email_verified_at else ""
    can_register = customer.ended_at is None and is_email(customer.contact_email)
    return canonical_email(customer.contact_email) if can_register else ""


def send_access_data(customer: Customer, *, actor: str, now: dt.datetime) -> str:
    """Send a customer a link for a new password, or to register, and return the address it goes to.

    It goes to the address on file and to no other.

    Args:
        customer: who asks.
        actor: who sends it, ``User.actor``.
        now: when, aware.

    Raises:
        NoAddress: when there is none; nothing changed then.
        SentOften: when that was done five times today; nothing is sent then.

    """
    with transaction.atomic(durable=True):
        user = holder_of(customer)
        address = address_of_access_data(customer, user)
        if not address:
            raise NoAddress
        if not allow("access-data", str(customer.pk), limit=_SENT_A_DAY, window=_DAY, now=now):
            raise SentOften
        if user is not None:
            context = {"user_ids": [user.pk]}
            enqueue("password_reset", to=address, context=context, language=user.language, now=now)
        else:
            _register(customer, address, now)
        subject = user.actor if user else ""
        record("access_data.sent", actor=actor, now=now, customer_id=customer.pk, subject=subject)
    return address


def restrict_until_letter(customer: Customer, *, actor: str, now: dt.datetime) -> None:
    """Restrict the access to a customer until the code of a letter is entered, and let the letter be printed.

    For whoever the utility is not sure of: only the customer gets letters at the address it knows. Where the
    access waits for a code already, it is the next letter after one that ran out.

    Args:
        customer: whose access.
        actor: who decides it, ``User.actor``.
        now: when, aware.

    Raises:
        LetterOnItsWay: when a code is good or will be printed.
        NoLetter: when none may go out. Nothing changed in either case.

    """
    with transaction.atomic(durable=True):
        links = AccountLink.objects.select_for_update(of=("self",)).select_related("user", "customer")
        link = links.filter(customer=customer, ended_at=None, user__is_active=True).first()
        if link is None:
            raise NoLetter
        if link.awaits_letter and letter_of(link, now=now) is not None:
            raise LetterOnItsWay
        if not may_get_letter(customer, now=now):
            raise NoLetter
        link.held_until, link.awaits_letter = None, True
        link.save(update_fields=["held_until", "awaits_letter"])
        ActivationLetter.objects.create(customer=customer, account_link=link, created_at=now)
        record("letter.ordered", actor=actor, now=now, customer_id=customer.pk, subject=f"link:{link.pk}")


def _register(customer: Customer, address: str, now: dt.datetime) -> None:
    """Note a registration as the customer would type it; the job runner answers it."""
    Registration.objects.create(
        customer_number=customer.customer_number,
        name=customer.full_name[: Registration._meta.get_field("name").max_length],
        email=address,
        created_at=now,
    )
