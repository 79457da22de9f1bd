"""Setting up an access to the back office by its link: name, password and second factor, all at once."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from kundenportal.identity.factors.authenticator_app import ProvenApp, store_app
from kundenportal.identity.factors.passkeys import store_passkey
from kundenportal.identity.factors.removal import drop_factors
from kundenportal.identity.factors.webauthn import Answer
from kundenportal.identity.models import OneTimeSecret, StaffMember, User
from kundenportal.identity.one_time_secrets import lock_login_secret, open_secret
from kundenportal.identity.security_events import register_security_mail, report_security_event
from kundenportal.identity.services import set_password


class AccessLinkExpired(Exception):
    """The link is unknown, older than a day, used or followed by another one, or the access was closed."""


@dataclass(frozen=True)
class ProvenPasskey:
    """A passkey that was just made, and what its owner calls it."""

    answer: Answer
    name: str


def register_mails() -> None:
    """Make the kind of mail known."""
    register_security_mail("staff_access_set_up")


def member_of_link(token: str, *, now: dt.datetime) -> StaffMember | None:
    """Return whose access a link sets up while it is good, or None. Looking uses nothing up."""
    secret = open_secret(OneTimeSecret.Purpose.STAFF_ACCESS, token, now=now)
    if secret is None:
        return None
    members = StaffMember.objects.select_related("user")
    return members.filter(user=secret.user_id, user__is_active=True).first()


def set_up_access(
    *,
    token: str,
    name: str,
    password_hash: str,
    factor: ProvenApp | ProvenPasskey,
    device: str,
    now: dt.datetime,
) -> User:
    """Set name, password and second factor, use the link up, and tell the member's own address.

    What was before, factors and sessions included, is good for nothing more: a new link is also how a lost
    device is replaced, and its finder must be out.

    Args:
        token: the link's token.
        name: what colleagues read.
        password_hash: of a password that ``password_problem`` let pass.
        factor: the app or the passkey that was shown just now.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Raises:
        AccessLinkExpired: when the link opens nothing (any more); nothing changed.
        PasskeyRefused: when the passkey's answer was sent before; nothing changed.

    """
    with transaction.atomic(durable=True):
        secret = lock_login_secret(OneTimeSecret.Purpose.STAFF_ACCESS, token, now=now)
        if secret is None or secret.user is None:
            raise AccessLinkExpired
        user = secret.user
        drop_factors(user)
        # The link ends with the open secrets of the login.
        set_password(user, password_hash=password_hash, now=now)
        if isinstance(factor, ProvenApp):
            store_app(user, factor, now=now)
        else:
            store_passkey(user, factor.answer, name=factor.name, now=now)
        StaffMember.objects.filter(user=user).update(name=name)
        report_security_event(
            "staff_access_set_up", user=user, action="staff.access_set_up", device=device, now=now
        )
    return user
