"""Giving people who work here an access, another role, a new link, and taking it away again."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.email_addresses import canonical_email
from kundenportal.identity.factors.removal import drop_factors
from kundenportal.identity.models import OneTimeSecret, StaffMember, User
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.identity.password_hashing import unusable_password
from kundenportal.identity.services import set_password
from kundenportal.identity.sessions import end_sessions

LINK_LIFETIME = dt.timedelta(hours=24)
"""How long a link is good; its holder sets password and second factor within that time."""

SHELL = "system"
"""Who acts on the command line."""


class NoSuchMember(LookupError):
    """Nobody who works here has this address."""


def give_access(*, email: str, role: StaffMember.Role, actor: str, now: dt.datetime) -> str:
    """Give somebody a role in the back office and make the link that sets up his access.

    For a new address this is a new member; a known one gets this role, and an access that was taken away
    is open again. What he signs in with stays as it is until the link is used.

    Args:
        email: the address he signs in with.
        role: what he does here.
        actor: who gives it, ``User.actor`` or ``SHELL``.
        now: when, aware.

    Returns:
        The token of the link. It is kept nowhere and never mailed: whoever makes it hands it over.

    Raises:
        InvalidEmailAddress: when the address is none.

    """
    address = canonical_email(email)
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().filter(email=address, is_staff=True).first()
        if user is None:
            user = User.objects.create(
                email=address,
                email_verified_at=now,
                password=unusable_password(),
                is_staff=True,
                created_at=now,
            )
        elif not user.is_active:
            user.is_active = True
            user.save(update_fields=["is_active"])
        StaffMember.objects.update_or_create(user=user, defaults={"role": role})
        return _issue_link(user, actor=actor, role=role, now=now)


def change_role(member: StaffMember, *, role: StaffMember.Role, actor: str, now: dt.datetime) -> None:
    """Give somebody another role; it holds from his next request, and he signs in as before.

    Args:
        member: who.
        role: what he does from now on.
        actor: who decides it, ``User.actor``.
        now: when, aware.

    """
    with transaction.atomic(durable=True):
        locked = StaffMember.objects.select_for_update().get(pk=member.pk)
        details = {"role": role, "was": locked.role}
        locked.role = role
        locked.save(update_fields=["role"])
        record("staff.role_changed", actor=actor, now=now, subject=member.user.actor, details=details)


def take_access_away(*, email: str, actor: str, now: dt.datetime) -> None:
    """Close somebody's access at once: sessions, links, password and factors end.

    Args:
        email: the address he signs in with.
        actor: who closes it, ``User.actor`` or ``SHELL``.
        now: when, aware.

    Raises:
        InvalidEmailAddress: when the address is none.
        NoSuchMember: when nobody who works here has it.

    """
    with transaction.atomic(durable=True):
        found = User.objects.select_for_update().filter(email=canonical_email(email), is_staff=True)
        user = found.first()
        if user is None:
            raise NoSuchMember(email)
        set_password(user, password_hash=unusable_password(), now=now)
        drop_factors(user)
        end_sessions(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        record("staff.access_ended", actor=actor, now=now, subject=user.actor)


def use_shortcuts(member: StaffMember, *, wanted: bool) -> None:
    """Switch somebody's keyboard shortcuts on or off; they are his own affair, so nothing is recorded."""
    StaffMember.objects.filter(pk=member.pk).update(uses_shortcuts=wanted)


def _issue_link(user: User, *, actor: str, role: StaffMember.Role, now: dt.datetime) -> str:
    _, token = issue_token(
        OneTimeSecret.Purpose.STAFF_ACCESS,
        subject=user.actor,
        lifetime=LINK_LIFETIME,
        user=user,
        now=now,
    )
    record("staff.access_given", actor=actor, now=now, subject=user.actor, details={"role": role})
    return token
