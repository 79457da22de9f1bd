"""Signing devices out from the list of devices (ux.md K5; security.md A19)."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.models import SignedInDevice, User
from kundenportal.identity.sessions import end_sessions


class NoSuchDevice(Exception):
    """The login has no device of this id that is signed in, or it is the one in use."""


def end_device(user: User, public_id: str, *, session_key: str | None, now: dt.datetime) -> SignedInDevice:
    """Sign another device of a login out and return what it was.

    Args:
        user: the login.
        public_id: the device's id.
        session_key: the session in use, which is ended by signing out only.
        now: when, aware.

    Raises:
        NoSuchDevice: when there is none of this id; nobody can tell whether another login has it.

    """
    with transaction.atomic(durable=True):
        devices = SignedInDevice.objects.filter(user=user, public_id=public_id)
        device = devices.exclude(session_id=session_key).first()
        if device is None:
            raise NoSuchDevice
        Session.objects.filter(pk=device.session_id).delete()
        record("device.ended", actor=user.actor, now=now, subject=f"device:{public_id}")
    return device


def end_other_devices(user: User, *, session_key: str | None, now: dt.datetime) -> int:
    """Sign all devices of a login out but the one in use, and return how many.

    Args:
        user: the login.
        session_key: the session in use.
        now: when, aware.

    """
    with transaction.atomic(durable=True):
        count = end_sessions(user, except_key=session_key)
        record("device.others_ended", actor=user.actor, now=now, details={"count": count})
    return count


def end_all_devices(user: User, *, actor: str, customer_id: int, now: dt.datetime) -> int:
    """Sign all devices of a customer's login out, as the utility decides, and return how many.

    Args:
        user: the login.
        actor: who decided it, ``User.actor``.
        customer_id: the customer on whose page he did.
        now: when, aware.

    """
    with transaction.atomic(durable=True):
        count = end_sessions(user)
        record(
            "device.all_ended",
            actor=actor,
            now=now,
            customer_id=customer_id,
            subject=user.actor,
            details={"count": count},
        )
    return count
