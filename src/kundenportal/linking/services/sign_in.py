"""Signing in with any linked customer number or with the e-mail address (guide 8, 66; security.md A2)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.references import canonical_code
from kundenportal.identity.devices import Device
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.identity.password_hashing import password_matches
from kundenportal.identity.sign_in_door import admit, note_failure, note_success
from kundenportal.linking.identifiers import Identifier, IdentifierKind, read_identifier
from kundenportal.linking.models import Registration
from kundenportal.linking.registrations import secret_subject

LOGINS_PER_EMAIL = 3
"""How many logins of one address are tried, and how many hashes every try by e-mail costs."""

UNKNOWN_DEVICE = Device()


class SignInRefused(Exception):
    """Wrong, unknown, locked or inactive: nobody is told which."""


@dataclass(frozen=True)
class SignedIn:
    """The login whose password fits."""

    user: User


@dataclass(frozen=True)
class MustSetPassword:
    """A start password fitted and is used up; the token opens the page that sets a password."""

    token: str


def sign_in(
    *, identifier: str, password: str, address: str, now: dt.datetime, device: Device = UNKNOWN_DEVICE
) -> SignedIn | MustSetPassword:
    """Return the login that a typed identifier and password belong to.

    Every try costs the same number of hashes, whether or not anything exists: one by customer number (one
    more where start passwords are in use), three by e-mail address, whose logins are not linked yet.

    Args:
        identifier: customer number in any spelling, or e-mail address.
        password: as typed.
        address: the client's address.
        now: when, aware.
        device: the browser, as its cookie presents it.

    Raises:
        TooManyTries: before any hash is computed.
        SignInRefused: when nothing fits.

    """
    who = read_identifier(identifier)
    attempt = admit(typed=who.value, logins=_logins_of(who), device=device, address=address, now=now)
    user = _fitting(_padded(attempt.admitted, who), password)
    registration = None
    if settings.ACCESS_DATA == "start_password" and who.kind is not IdentifierKind.EMAIL:
        registration = _fitting_start_password(who, password, now)
    if user is None and registration is None:
        note_failure(attempt, now=now)
        raise SignInRefused
    with transaction.atomic(durable=True):
        note_success(attempt, now=now)
        if user is not None:
            record("sign_in.succeeded", actor=user.actor, now=now)
            return SignedIn(user)
    assert registration is not None
    return MustSetPassword(_use_start_password(registration, now))


def _logins_of(who: Identifier) -> list[User]:
    """Return the logins that a number or an address names, no more than are tried."""
    logins = User.objects.filter(is_active=True, is_staff=False)
    if who.kind is IdentifierKind.EMAIL:
        return list(logins.filter(email=who.value).order_by("-id")[:LOGINS_PER_EMAIL])
    holds_number = {"account_links__customer__customer_number": who.value, "account_links__ended_at": None}
    return list(logins.filter(**holds_number)[:1])


def _padded(logins: Sequence[User], who: Identifier) -> Sequence[User | None]:
    """Return logins padded to a number that depends on the kind of identifier only."""
    count = LOGINS_PER_EMAIL if who.kind is IdentifierKind.EMAIL else 1
    return [*logins, *[None] * (count - len(logins))]


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
