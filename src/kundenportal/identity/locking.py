"""Closing a customer's login and opening it again, as the utility decides (security.md A22, A23)."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.models import User
from kundenportal.identity.one_time_secrets import end_secrets_of
from kundenportal.identity.security_events import addresses_of
from kundenportal.identity.sessions import end_sessions
from kundenportal.mailing.services import enqueue


class NotLockable(Exception):
    """The login is locked already, or is none that could be."""


class NotLocked(Exception):
    """The login is not locked."""


def lock_login(user: User, *, actor: str, customer_id: int, now: dt.datetime) -> None:
    """Lock a login: nobody signs in with it, its sessions and links end, and everybody who must know is told.

    Whoever tries to sign in learns nothing of it. Password and factors stay for the day it is unlocked.

    Args:
        user: the login of a customer.
        actor: who decided it, ``User.actor``.
        customer_id: the customer on whose page he did.
        now: when, aware.

    Raises:
        NotLockable: when it is locked or dissolved; nothing changed then.

    """
    with transaction.atomic(durable=True):
        locked = User.objects.select_for_update().get(pk=user.pk)
        if locked.is_staff or not locked.is_active:
            raise NotLockable
        locked.is_active, locked.locked_at = False, now
        locked.save(update_fields=["is_active", "locked_at"])
        end_sessions(locked)
        end_secrets_of(locked, now=now)
        record("login.locked", actor=actor, now=now, customer_id=customer_id, subject=locked.actor)
        _tell("login_locked", locked, now)


def unlock_login(user: User, *, actor: str, customer_id: int, now: dt.datetime) -> None:
    """Open a locked login again, and tell everybody who must know.

    Args:
        user: the login of a customer.
        actor: who decided it, ``User.actor``.
        customer_id: the customer on whose page he did.
        now: when, aware.

    Raises:
        NotLocked: when it is not locked; nothing changed then.

    """
    with transaction.atomic(durable=True):
        locked = User.objects.select_for_update().get(pk=user.pk)
        if locked.locked_at is None:
            raise NotLocked
        locked.is_active, locked.locked_at = True, None
        locked.save(update_fields=["is_active", "locked_at"])
        record("login.unlocked", actor=actor, now=now, customer_id=customer_id, subject=locked.actor)
        _tell("login_unlocked", locked, now)


def _tell(kind: str, user: User, now: dt.datetime) -> None:
    for address in addresses_of(user, now=now):
        enqueue(kind, to=address, context={}, language=user.language, now=now)
