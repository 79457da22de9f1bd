"""Removing an authenticator app or a passkey, on either site."""

import datetime as dt

from django.http import HttpRequest

from kundenportal.identity.device_names import device_name
from kundenportal.identity.factors.removal import LastFactorNeeded, remove_factor
from kundenportal.identity.models import AuthenticatorApp, Passkey


def remove_factor_of(request: HttpRequest, factor: Passkey | AuthenticatorApp, *, now: dt.datetime) -> bool:
    """Remove a factor of who is signed in; this browser stays signed in, no other.

    Returns:
        Whether it went; one without which nobody could sign in any more stays.

    """
    try:
        remove_factor(factor, session_key=request.session.session_key, device=device_name(request), now=now)
    except LastFactorNeeded:
        return False
    return True
