"""What pages ask about a login."""

import datetime as dt

from kundenportal.identity.models import SignedInDevice, User


def signed_in_devices(user: User, *, now: dt.datetime) -> list[SignedInDevice]:
    """Return the devices of a login that are still signed in, the last active first."""
    idle_since = now - dt.timedelta(minutes=user.area.idle_minutes)
    open_since = now - dt.timedelta(hours=user.area.max_hours)
    return list(
        SignedInDevice.objects.filter(
            user=user, seen_at__gt=idle_since, signed_in_at__gt=open_since
        ).order_by("-seen_at", "-id")
    )
