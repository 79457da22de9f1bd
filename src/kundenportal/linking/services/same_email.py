"""Linking logins that share a mailbox, at a sign-in by that address (guide line 82; product.md ruling 5)."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from kundenportal.identity.models import User
from kundenportal.linking.models import LoginMerge
from kundenportal.linking.same_mailbox import logins_to_link
from kundenportal.linking.services.errors import AccessHeld, StrongerLogin
from kundenportal.linking.services.merging import LoginChanged, absorb_login


def link_same_email_at_sign_in(user: User, *, now: dt.datetime) -> int:
    """Absorb the other logins of a proven mailbox, when ``AUTO_LINK`` is ``verified``.

    Called when a sign-in by that address is complete, a second factor included.

    Args:
        user: the login that signed in.
        now: when, aware.

    Returns:
        How many logins were absorbed.

    """
    return link_same_email(user, now=now) if settings.AUTO_LINK == "verified" else 0


def link_same_email(user: User, *, now: dt.datetime) -> int:
    """Absorb the other logins of a proven mailbox; the owner asked for it, or the setting does.

    Those with a second factor and those that are restricted stay as they are.

    Args:
        user: the login that goes on.
        now: when, aware.

    Returns:
        How many logins were absorbed.

    """
    count = 0
    for other in logins_to_link(user, now=now):
        try:
            with transaction.atomic(durable=True):
                absorb_login(user, other, way=LoginMerge.Way.EMAIL, now=now)
        except (LoginChanged, StrongerLogin, AccessHeld):
            # It changed at this very moment; the next sign-in looks again.
            continue
        count += 1
    return count
