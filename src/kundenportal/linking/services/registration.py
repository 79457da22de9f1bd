"""Asking for access data, and deciding in the job runner who gets which mail (product.md ruling 2)."""

import datetime as dt
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from kundenportal.audit.services import record
from kundenportal.identity.models import User
from kundenportal.identity.throttle import Limit, allow, allow_all, network_of
from kundenportal.linking.models import ActivationLetter, Registration
from kundenportal.linking.registrations import customer_of, registration_of
from kundenportal.linking.selectors import holder_of
from kundenportal.linking.services.waiting import answer_waiting
from kundenportal.mailing.services import enqueue

KEPT = dt.timedelta(days=30)
"""How long what was typed is kept (security.md B7)."""

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def request_registration(
    *, customer_number: str, name: str, email: str, language: str, address: str, now: dt.datetime
) -> None:
    """Note that somebody wants to register; the job runner decides what follows.

    Nothing is looked up here, so that the answer takes as long for every number. Who asks too often from
    one place gets the same answer, and nothing is noted.

    Args:
        customer_number: the canonical number.
        name: as typed.
        email: the canonical address.
        language: the language of the mail.
        address: the client's address.
        now: when, aware.

    """
    network = network_of(address)
    limits = [Limit("register", address, 5, _HOUR), Limit("register-network", network, 20, _DAY)]
    if not allow_all(limits, now=now):
        return
    with transaction.atomic(durable=True):
        registration = Registration.objects.create(
            customer_number=customer_number, name=name, email=email, language=language, created_at=now
        )
        record("registration.requested", actor="visitor", now=now, subject=f"registration:{registration.pk}")


def renew_registration(*, token: str, address: str, now: dt.datetime) -> None:
    """Ask again for access data with what was typed for an old link; an unknown link does nothing."""
    registration = registration_of(token)
    if registration is not None:
        request_registration(
            customer_number=registration.customer_number,
            name=registration.name,
            email=registration.email,
            language=registration.language,
            address=address,
            now=now,
        )


def process_registrations(now: dt.datetime) -> int:
    """Decide on every waiting registration and put its mails into the outbox; return how many there were."""
    waiting = Registration.objects.filter(status=Registration.Status.RECEIVED)
    return answer_waiting(waiting, partial(_decide, now=now))


def delete_old_registrations(now: dt.datetime) -> int:
    """Delete what was typed 30 days ago; what still waits for a letter stays until its code expires."""
    with transaction.atomic(durable=True):
        waiting = ActivationLetter.objects.filter(
            registration=OuterRef("pk"), secret__used_at=None, secret__expires_at__gt=now
        )
        count, _ = (
            Registration.objects.filter(~Exists(waiting), created_at__lt=now - KEPT)
            .exclude(status=Registration.Status.RECEIVED)
            .delete()
        )
    return count


def _decide(registration: Registration, now: dt.datetime) -> None:
    registration.status = _answer(registration, now)
    registration.save(update_fields=["status"])
    record(
        f"registration.{registration.status}",
        actor="system",
        now=now,
        subject=f"registration:{registration.pk}",
    )


def _answer(registration: Registration, now: dt.datetime) -> Registration.Status:
    """Put the mails of a registration into the outbox and return its new status.

    The typed address gets the same mail whether or not anything matches. Only the mailbox of the login
    that holds the number learns that there is one.
    """
    if not _may_be_mailed(registration, now):
        return Registration.Status.CLOSED
    customer = customer_of(registration)
    holder = holder_of(customer) if customer else None
    if customer and holder and holder.email == registration.email:
        _send("registration_exists", registration, now, customer_id=customer.pk)
        return Registration.Status.CLOSED
    if customer and holder:
        _notify(holder, customer.pk, registration.customer_number, now)
    kind = "registration_link" if settings.ACCESS_DATA == "link" else "registration_start_password"
    _send(kind, registration, now, customer_id=None)
    return Registration.Status.MAILED


def _may_be_mailed(registration: Registration, now: dt.datetime) -> bool:
    """Tell whether address and number are within three mails a day (security.md A1)."""
    limits = [
        Limit("registration-mailbox", registration.email, 3, _DAY),
        Limit("registration-number", registration.customer_number, 3, _DAY),
    ]
    return allow_all(limits, now=now)


def _send(kind: str, registration: Registration, now: dt.datetime, *, customer_id: int | None) -> None:
    # The typed name stays out of the mail: it would be a stranger's text in our words.
    enqueue(
        kind,
        to=registration.email,
        context={"registration_id": registration.pk, "customer_number": registration.customer_number},
        language=registration.language,
        customer_id=customer_id,
        now=now,
    )


def _notify(holder: User, customer_id: int, customer_number: str, now: dt.datetime) -> None:
    """Tell a registered mailbox, once a day, that somebody else typed its number."""
    if allow("registration-notice", str(holder.pk), limit=1, window=_DAY, now=now):
        enqueue(
            "registration_notice",
            to=holder.email,
            context={"customer_number": customer_number},
            language=holder.language,
            customer_id=customer_id,
            now=now,
        )
