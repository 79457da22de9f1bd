"""Which logins share a proven mailbox and may be linked without more proof; nothing is written."""

import datetime as dt

from django.conf import settings

from kundenportal.identity.factors.overview import has_second_factor
from kundenportal.identity.models import User
from kundenportal.linking.holds import held_links, may_link_further
from kundenportal.linking.models import LoginMerge

AGAIN_AFTER = dt.timedelta(days=365)
"""For how long logins that somebody separated again are left alone."""


def logins_to_link(user: User, *, now: dt.datetime) -> list[User]:
    """Return the other logins with the same proven address, the oldest first.

    Not those with a second factor, which a password must not replace; not those with a restricted grant;
    and not those whose linking with this one was undone.
    """
    if settings.AUTO_LINK == "off" or user.email_verified_at is None or not may_link_further(user, now=now):
        return []
    undone = LoginMerge.objects.filter(undone_at__gt=now - AGAIN_AFTER)
    others = (
        User.objects.filter(email=user.email, is_active=True, is_staff=False)
        .exclude(email_verified_at=None)
        .exclude(pk=user.pk)
        .exclude(pk__in=undone.filter(kept=user).values("absorbed"))
        .exclude(pk__in=undone.filter(absorbed=user).values("kept"))
        .order_by("id")
    )
    return [each for each in others if not has_second_factor(each) and not held_links(each, now=now)]
