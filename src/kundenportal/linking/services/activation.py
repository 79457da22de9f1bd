"""From a proven mailbox to a login: the POST of a registration link (product.md ruling 2)."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from kundenportal.audit.services import record
from kundenportal.core.references import canonical_code
from kundenportal.customers.models import Customer
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import lock_secret, use_up
from kundenportal.identity.password_hashing import hash_password, password_matches
from kundenportal.identity.services import create_login
from kundenportal.linking.grants import grant_access
from kundenportal.linking.holds import is_held
from kundenportal.linking.models import AccountLink, Registration
from kundenportal.linking.registrations import (
    OpenRegistration,
    customer_of,
    has_active_meter,
    is_locked,
    letter_secret_of,
    open_registration,
)
from kundenportal.linking.rules import Proof, same_mailbox
from kundenportal.linking.selectors import holder_of
from kundenportal.linking.services.errors import LinkExpired
from kundenportal.linking.services.merging import lock_logins
from kundenportal.linking.services.undo import withdraw_grant

GIVES_WAY_AFTER = dt.timedelta(days=1)
"""How long a grant that waits for a letter stands against another try, so that two cannot take turns."""


class ProofFailed(Exception):
    """The meter number or the letter's code does not fit; the try is counted."""


class ProofLocked(Exception):
    """The proof was wrong too often; only staff can help now."""


class AlreadyRegistered(Exception):
    """The proof is right, but a login holds the number already, by no weaker one."""


def complete_registration(
    *, token: str, password: str, meter_number: str = "", letter_code: str = "", now: dt.datetime
) -> User:
    """Turn a registration into a login that may see the customer, and use its link up.

    Two registrations of one number are kept apart by a lock on the customer; the second is told that
    there is a login. Hashes are computed before the transaction, which therefore is short.

    Args:
        token: the link's token.
        password: a password that ``password_problem`` let pass.
        meter_number: as typed, when the registration is asked for one.
        letter_code: as typed, when the registration is asked for one.
        now: when, aware.

    Raises:
        LinkExpired: when the link opens nothing (any more).
        ProofLocked: when the proof was wrong too often.
        ProofFailed: when the proof is wrong.
        AlreadyRegistered: when a login holds the number, unless its grant is restricted and this proof is
            the customer's own mailbox or letter; nothing changed, the link stays good.

    """
    opened = open_registration(token, now=now)
    if opened is None:
        raise LinkExpired
    if opened.is_locked:
        raise ProofLocked
    if not _is_proven(opened, meter_number, letter_code, now):
        _count_failure(token, now)
        raise ProofFailed
    password_hash = hash_password(password)
    with transaction.atomic(durable=True):
        secret, registration = _locked(token, now)
        if opened.proof is not Proof.NOTHING and is_locked(registration):
            raise ProofLocked
        customer = customer_of(registration)
        if customer is None:
            raise LinkExpired
        user = _link(customer, registration, _proof_of(opened), password_hash, now)
        use_up(secret, now=now)
        if opened.proof is Proof.LETTER and (code := letter_secret_of(registration, now=now)):
            use_up(code, now=now)
    return user


def _is_proven(opened: OpenRegistration, meter_number: str, letter_code: str, now: dt.datetime) -> bool:
    if opened.proof is Proof.METER:
        return has_active_meter(opened.registration.customer_number, meter_number, now=now)
    if opened.proof is Proof.LETTER:
        secret = letter_secret_of(opened.registration, now=now)
        return password_matches(canonical_code(letter_code), secret.digest if secret else None)
    return True


def _locked(token: str, now: dt.datetime) -> tuple[OneTimeSecret, Registration]:
    """Lock a link and its registration, so that it is used once whatever runs beside."""
    secret = lock_secret(OneTimeSecret.Purpose.REGISTRATION, token, now=now)
    if secret is None:
        raise LinkExpired
    registration = Registration.objects.select_for_update().filter(secret=secret).first()
    if registration is None:
        raise LinkExpired
    return secret, registration


def _count_failure(token: str, now: dt.datetime) -> None:
    """Count a wrong proof; the fifth locks the registration."""
    with transaction.atomic(durable=True):
        _, registration = _locked(token, now)
        Registration.objects.filter(pk=registration.pk).update(proof_failures=F("proof_failures") + 1)
        if is_locked(registration):
            Registration.objects.filter(pk=registration.pk).update(status=Registration.Status.LOCKED)
        record(
            "registration.proof_failed",
            actor="visitor",
            now=now,
            subject=f"registration:{registration.pk}",
        )


def _proof_of(opened: OpenRegistration) -> AccountLink.Proof:
    """Return what the grant of a registration is won by."""
    by = {Proof.METER: AccountLink.Proof.METER, Proof.LETTER: AccountLink.Proof.LETTER}
    # Nothing was asked: the mailbox is that of the master data, or the name was enough.
    return by.get(opened.proof, AccountLink.Proof.NAME)


def _link(
    customer: Customer,
    registration: Registration,
    proof: AccountLink.Proof,
    password_hash: str,
    now: dt.datetime,
) -> User:
    """Insert login and grant for a customer that no other login holds by right, and tell its mailbox."""
    _make_way(customer, registration, proof, now)
    user = create_login(
        email=registration.email, password_hash=password_hash, language=registration.language, now=now
    )
    grant_access(user, customer, proof=proof, now=now)
    registration.user, registration.status = user, Registration.Status.COMPLETED
    registration.start_password = ""
    registration.save(update_fields=["user", "status", "start_password"])
    record(
        "registration.completed",
        actor=user.actor,
        now=now,
        customer_id=customer.pk,
        subject=f"registration:{registration.pk}",
    )
    return user


def _make_way(
    customer: Customer, registration: Registration, proof: AccountLink.Proof, now: dt.datetime
) -> None:
    """Lock a customer, and withdraw a restricted grant when the registration is proven better.

    Else a neighbour who registered first with the meter number would keep the customer himself out. A grant
    that has waited for the code of a letter for a day gives way to any proof: until the code is entered
    nobody is known to be the customer, and only he gets the letter.

    Raises:
        AlreadyRegistered: when a login holds the number by no weaker proof.

    """
    holder = holder_of(customer)
    if holder is not None:
        # Logins come before customers, as wherever both are locked, so that none wait crosswise.
        lock_logins(holder)
    Customer.objects.select_for_update().get(pk=customer.pk)
    present = AccountLink.objects.filter(customer=customer, ended_at=None).select_related("user").first()
    if present is None:
        return
    is_of_customer = proof is AccountLink.Proof.LETTER or same_mailbox(
        registration.email, customer.contact_email
    )
    has_waited = present.awaits_letter and now - present.created_at >= GIVES_WAY_AFTER
    gives_way = has_waited or (is_of_customer and is_held(present, now=now))
    if present.user != holder or not gives_way:
        raise AlreadyRegistered
    withdraw_grant(present, is_by_contact=is_of_customer, now=now)
