"""Opening and closing the session of a browser; how long it lasts (security.md A2, A19)."""

import datetime as dt

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from kundenportal.identity.models import User

_OPENED_AT, _SEEN_AT = "opened_at", "seen_at"
_SEEN_PRECISION = dt.timedelta(minutes=1)


def open_session(request: HttpRequest, user: User, *, now: dt.datetime) -> None:
    """Sign a login in: the session gets a new key, and nothing of what it held before is anybody's."""
    request.session.flush()
    auth.login(request, user)
    request.session[_OPENED_AT] = request.session[_SEEN_AT] = int(now.timestamp())


def close_session(request: HttpRequest) -> None:
    """Sign out: the session is deleted on the server, whatever the browser keeps."""
    auth.logout(request)


def is_timed_out(request: HttpRequest, *, now: dt.datetime) -> bool:
    """Tell whether the login was idle for too long, or has been signed in for too long.

    The settings ``SESSION_IDLE_MINUTES`` (30) and ``SESSION_MAX_HOURS`` (12) say how long that is. A
    session of nobody never times out.
    """
    if auth.SESSION_KEY not in request.session:
        return False
    seconds = int(now.timestamp())
    idle = seconds - request.session.get(_SEEN_AT, 0)
    age = seconds - request.session.get(_OPENED_AT, 0)
    return bool(idle >= settings.SESSION_IDLE_MINUTES * 60 or age >= settings.SESSION_MAX_HOURS * 3600)


def note_seen(request: HttpRequest, *, now: dt.datetime) -> None:
    """Remember that the login is active, written at most once a minute."""
    seconds = int(now.timestamp())
    if auth.SESSION_KEY in request.session and (
        seconds - request.session.get(_SEEN_AT, 0) >= _SEEN_PRECISION.total_seconds()
    ):
        request.session[_SEEN_AT] = seconds
