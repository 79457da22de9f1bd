"""Telling the owner of a login that somebody signed in where nobody had before (ux.md M7)."""

import datetime as dt

from django.db import transaction

from kundenportal.identity.models import User
from kundenportal.identity.security_events import report_security_event


def report_new_device(user: User, *, device: str, now: dt.datetime) -> None:
    """Write the sign-in down and tell the login's addresses.

    Args:
        user: the login.
        device: what the browser says it is.
        now: when, aware.

    """
    with transaction.atomic(durable=True):
        report_security_event("new_device", user=user, device=device, tells_contacts=False, now=now)
