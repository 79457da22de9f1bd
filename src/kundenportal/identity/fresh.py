"""Fresh authentication: who signed in, or proved again who he is, within five minutes (security.md A0)."""

import datetime as dt

from django.http import HttpRequest

from kundenportal.identity.sessions import PROVED_AT, renew_session_key

FRESH_FOR = dt.timedelta(minutes=5)


def is_fresh(request: HttpRequest, *, now: dt.datetime) -> bool:
    """Tell whether password or passkey of the session's login were shown within the last five minutes."""
    age = int(now.timestamp()) - request.session.get(PROVED_AT, 0)
    return bool(0 <= age <= FRESH_FOR.total_seconds())


def note_proof(request: HttpRequest, *, now: dt.datetime) -> None:
    """Remember that password or passkey were just shown; the session gets a new key (security.md A2)."""
    renew_session_key(request)
    request.session[PROVED_AT] = int(now.timestamp())
