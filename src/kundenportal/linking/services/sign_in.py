"""Signing in with any linked customer number or with the e-mail address (guide 8, 66; security.md A2)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.references import canonical_code
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.identity.password_hashing import password_matches
from kundenportal.identity.throttle import Limit, allow_all, give_back, network_of
from kundenportal.linking.identifiers import Identifier, IdentifierKind, read_identifier
from kundenportal.linking.models import Registration
from kundenportal.linking.registrations import secret_subject

LOGINS_PER_EMAIL = 3
"""How many logins of one address are tried, and how many hashes every try by e-mail costs."""

_MINUTES = dt.timedelta(minutes=1)


class SignInRefused(Exception):
    """Wrong, unknown, locked or inactive: nobody is told which."""


class TooManyTries(Exception):
    """Too many tries with this identifier or from this place; no password was looked at."""


@dataclass(frozen=True)
class SignedIn:
    """The login whose password fits."""

    user: User


@dataclass(frozen=True)
class MustSetPassword:
    """A start password fitted and is used up; the token opens the page that sets a password."""

    token: str


def sign_in(*, identifier: str, password: str, address: str, now: dt.datetime) -> SignedIn | MustSetPassword:
    """Return the login that a typed identifier and password belong to.

    Every try costs the same number of hashes, whether or not anything exists: one by customer number (one
    more where start passwords are in use), three by e-mail address, whose logins are not linked yet.

    Args:
        identifier: customer number in any spelling, or e-mail address.
        password: as typed.
        address: the client's address.
        now: when, aware.

    Raises:
        TooManyTries: before any hash is computed.
        SignInRefused: when nothing fits.

    """
    who = read_identifier(identifier)
    limits = _limits(who, address)
    if not allow_all(limits, now=now):
        raise TooManyTries
    user = _fitting(_candidates(who), password)
    registration = None
    if settings.ACCESS_DATA == "start_password" and who.kind is not IdentifierKind.EMAIL:
        registration = _fitting_start_password(who, password, now)
    if user is not None:
        with transaction.atomic(durable=True):
            give_back(limits, now=now)
            record("sign_in.succeeded", actor=f"user:{user.pk}", now=now)
        return SignedIn(user)
    if registration is not None:
        return MustSetPassword(_use_start_password(registration, now))
    raise SignInRefused


def _limits(who: Identifier, address: str) -> list[Limit]:
    """Return what counts a try: whom it is for and where it comes from, never whether that exists.

    Few tries from one place shut out that place; it takes tries from many to shut out a person, for five
    minutes.
    """
    network = network_of(address)
    return [
        Limit("sign-in-from", f"{who.value} {network}", 5, 5 * _MINUTES),
        Limit("sign-in", who.value, 10, 5 * _MINUTES),
        Limit("sign-in-network", network, 20, _MINUTES),
        Limit("sign-in-network-hour", network, 100, 60 * _MINUTES),
    ]


def _candidates(who: Identifier) -> Sequence[User | None]:
    """Return the logins to try, padded to a number that depends on the kind of identifier only."""
    logins = User.objects.filter(is_active=True, is_staff=False)
    if who.kind is IdentifierKind.EMAIL:
        found = list(logins.filter(email=who.value).order_by("-id")[:LOGINS_PER_EMAIL])
        return [*found, *[None] * (LOGINS_PER_EMAIL - len(found))]
    holds_number = {"account_links__customer__customer_number": who.value, "account_links__ended_at": None}
    return [logins.filter(**holds_number).first()]


def _fitting(candidates: Sequence[User | None], password: str) -> User | None:
    """Return the login whose password fits; every candidate costs one hash, also the missing ones."""
    fitting = [
        user for user in candidates if password_matches(password, user.password if user else None) and user
    ]
    return fitting[0] if fitting else None


def _fitting_start_password(who: Identifier, password: str, now: dt.datetime) -> Registration | None:
    """Return the newest registration of a number when its start password fits; always one hash."""
    registration = (
        Registration.objects.filter(customer_number=who.value, start_password_expires_at__gt=now)
        .exclude(start_password="")
        .order_by("-id")
        .first()
    )
    fits = password_matches(canonical_code(password), registration.start_password if registration else None)
    return registration if fits else None


def _use_start_password(registration: Registration, now: dt.datetime) -> str:
    """Use a start password up and return the token of the page that sets a password."""
    with transaction.atomic(durable=True):
        locked = Registration.objects.select_for_update().get(pk=registration.pk)
        if locked.start_password != registration.start_password:
            raise SignInRefused
        locked.secret, token = issue_token(
            OneTimeSecret.Purpose.REGISTRATION,
            subject=secret_subject(locked),
            lifetime=dt.timedelta(hours=1),
            now=now,
        )
        locked.start_password = ""
        locked.save(update_fields=["secret", "start_password"])
        record("start_password.used", actor="visitor", now=now, subject=f"registration:{locked.pk}")
    return token
