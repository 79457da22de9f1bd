"""What a registration and the master data say of each other; questions only, nothing is written."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.customers.models import Customer
from kundenportal.identity.models import OneTimeSecret
from kundenportal.identity.one_time_secrets import find_secret, open_secret
from kundenportal.linking.models import ActivationLetter, Registration
from kundenportal.linking.rules import MAX_PROOF_FAILURES, Claim, KnownCustomer, Proof, needed_proof
from kundenportal.metering.models import Meter


@dataclass(frozen=True)
class OpenRegistration:
    """What the page of a registration link needs to know.

    Attributes:
        registration: the registration.
        proof: what it is asked for beside the password.
        is_letter_requested: whether a letter was asked for, under this link or an earlier one.
        is_locked: whether the proof was wrong too often.

    """

    registration: Registration
    proof: Proof
    is_letter_requested: bool
    is_locked: bool


def open_registration(token: str, *, now: dt.datetime) -> OpenRegistration | None:
    """Return the registration a link belongs to, or None when the link is used, expired or unknown."""
    secret = open_secret(OneTimeSecret.Purpose.REGISTRATION, token, now=now)
    registration = Registration.objects.filter(secret=secret).first() if secret else None
    if registration is None:
        return None
    proof = proof_of(registration)
    return OpenRegistration(
        registration=registration,
        proof=proof,
        is_letter_requested=_same_claim(registration)
        .filter(status=Registration.Status.LETTER_REQUESTED)
        .exists(),
        is_locked=proof is not Proof.NOTHING and is_locked(registration),
    )


def registration_of(token: str) -> Registration | None:
    """Return the registration a link belonged to, also when the link is used or expired."""
    secret = find_secret(OneTimeSecret.Purpose.REGISTRATION, token)
    return Registration.objects.filter(secret=secret).first() if secret else None


def customer_of(registration: Registration) -> Customer | None:
    """Return the customer with the typed number, or None when there is none or its contract ended."""
    return Customer.objects.filter(customer_number=registration.customer_number, ended_at=None).first()


def claim_of(registration: Registration) -> Claim:
    """Return what was typed, as the rules take it."""
    return Claim(registration.name, registration.email)


def known(customer: Customer) -> KnownCustomer:
    """Return what the master data say of a customer, as the rules take it."""
    return KnownCustomer(customer.first_name, customer.last_name, customer.contact_email)


def proof_of(registration: Registration) -> Proof:
    """Return what a registration is asked for beside its proven mailbox."""
    customer = customer_of(registration)
    return needed_proof(
        claim_of(registration), known(customer) if customer else None, settings.REGISTRATION_PROOF
    )


def is_locked(registration: Registration) -> bool:
    """Tell whether the proof was wrong too often: under this link and the others of number and mailbox."""
    failures = _same_claim(registration).aggregate(sum=Sum("proof_failures"))["sum"] or 0
    return bool(failures >= MAX_PROOF_FAILURES)


def has_active_meter(customer_number: str, meter_number: str, *, now: dt.datetime) -> bool:
    """Tell whether a meter number is that of a meter now installed at a premise of a customer.

    Closed contract periods do not count, so that a previous tenant proves nothing (security.md A4).
    """
    key = meter_number_key(meter_number)
    today = timezone.localdate(now, settings.UTILITY_TIME_ZONE)
    return bool(key) and (
        Meter.objects.filter(
            number_key=key,
            ended_at=None,
            premise__ended_at=None,
            premise__customer__customer_number=customer_number,
            premise__customer__ended_at=None,
        )
        .filter(Q(removed_date=None) | Q(removed_date__gte=today))
        .filter(Q(premise__end_date=None) | Q(premise__end_date__gte=today))
        .exists()
    )


def letter_secret_of(registration: Registration, *, now: dt.datetime) -> OneTimeSecret | None:
    """Return the secret of the newest letter printed for this number and mailbox, while it is good."""
    letter = (
        ActivationLetter.objects.filter(
            registration__in=_same_claim(registration), secret__used_at=None, secret__expires_at__gt=now
        )
        .select_related("secret")
        .order_by("-printed_at", "-id")
        .first()
    )
    return letter.secret if letter else None


def secret_subject(registration: Registration) -> str:
    """Return what a registration's secrets are bound to: the newest of number and mailbox is good."""
    return f"{registration.customer_number} {registration.email}"


def _same_claim(registration: Registration) -> QuerySet[Registration]:
    """Return the registrations with the same number and mailbox, this one among them."""
    return Registration.objects.filter(customer_number=registration.customer_number, email=registration.email)
