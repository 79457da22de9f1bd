"""Changing the e-mail address of a login (guide lines 94 to 96; security.md A11)."""

import datetime as dt
from collections.abc import Container

from kundenportal.identity.models import EmailChange, User


def undo_email_changes(user: User, *, since: dt.datetime, anchors: Container[str], now: dt.datetime) -> bool:
    """Stop the change of address that waits, take back those completed of late; the caller's transaction.

    An address that stands in the master data is the customer's own word to the utility: a login that has
    arrived at one keeps it, so that who holds only the old mailbox cannot pull the login back to it.

    Args:
        user: the login, locked.
        since: changes completed before stay.
        anchors: the contact addresses of the master data.
        now: when, aware.

    Returns:
        Whether the login has an earlier address again.

    """
    EmailChange.objects.filter(user=user, completed_at=None, ended_at=None).update(ended_at=now)
    completed = EmailChange.objects.filter(user=user, completed_at__gte=since, reverted_at=None)
    first = completed.order_by("completed_at", "id").first()
    if first is None or user.email in anchors:
        return False
    user.email = first.old_email
    user.save(update_fields=["email"])
    completed.update(reverted_at=now)
    return True
