"""Opening and closing the session of a browser; how long it lasts (security.md A2, A19)."""

import datetime as dt

from django.contrib import auth
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from kundenportal.identity.areas import area_of
from kundenportal.identity.models import SignedInDevice, User

PROVED_AT = "proved_at"
"""Where the session keeps when password or passkey were shown last (``identity.fresh``)."""

_OPENED_AT, _SEEN_AT = "opened_at", "seen_at"
_SEEN_PRECISION = dt.timedelta(minutes=1)


def open_session(
    request: HttpRequest, user: User, *, now: dt.datetime, device: str = "", is_proven: bool = True
) -> None:
    """Sign a login in: the session gets a new key, and nothing of what it held before is anybody's.

    Args:
        request: the browser's request.
        user: the login.
        now: when, aware.
        device: what the browser says it is, for the list of devices.
        is_proven: whether password or passkey were shown, and not just the link of a mail.

    """
    request.session.flush()
    auth.login(request, user)
    seconds = int(now.timestamp())
    request.session[_OPENED_AT] = request.session[_SEEN_AT] = seconds
    request.session[PROVED_AT] = seconds if is_proven else 0
    request.session.save()
    SignedInDevice.objects.create(
        session_id=str(request.session.session_key), user=user, label=device, signed_in_at=now, seen_at=now
    )


def close_session(request: HttpRequest) -> None:
    """Sign out: the session is deleted on the server, whatever the browser keeps."""
    auth.logout(request)


def renew_session_key(request: HttpRequest) -> None:
    """Give the session a new key, so that who knew the old one is out; its row in the list stays."""
    with transaction.atomic():
        device = SignedInDevice.objects.filter(session_id=request.session.session_key).first()
        # The old session takes its row along.
        request.session.cycle_key()
        if device is not None:
            device.session_id = str(request.session.session_key)
            device.save(force_insert=True)


def keep_session(request: HttpRequest, user: User) -> None:
    """Keep the session of a login whose password just changed, under a new key."""
    renew_session_key(request)
    request.session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()


def end_session(key: str) -> None:
    """End the session of a key, in the caller's transaction."""
    Session.objects.filter(pk=key).delete()


def end_sessions(user: User, *, except_key: str | None = None) -> int:
    """End the sessions of a login, in the caller's transaction, and return how many.

    Args:
        user: the login.
        except_key: the key of the session that goes on.

    """
    ended = Session.objects.filter(device__user=user).exclude(session_key=except_key)
    count = ended.count()
    ended.delete()
    return count


def is_timed_out(request: HttpRequest, *, now: dt.datetime) -> bool:
    """Tell whether the login was idle for too long, or has been signed in for too long.

    The settings ``SESSION_IDLE_MINUTES`` (30) and ``SESSION_MAX_HOURS`` (12) say how long that is, those of
    the same names with ``STAFF_`` (15 and 10) in the back office. A session of nobody never times out.
    """
    return auth.SESSION_KEY in request.session and seconds_left(request, now=now) <= 0


def seconds_left(request: HttpRequest, *, now: dt.datetime) -> int:
    """Return for how many seconds the session of a login goes on when nothing else is done in it."""
    seconds = int(now.timestamp())
    area = area_of(request)
    idle_end = request.session.get(_SEEN_AT, 0) + area.idle_minutes * 60
    end = request.session.get(_OPENED_AT, 0) + area.max_hours * 3600
    return int(min(idle_end, end) - seconds)


def note_seen(request: HttpRequest, *, now: dt.datetime) -> None:
    """Remember that the login is active, written at most once a minute."""
    seconds = int(now.timestamp())
    if auth.SESSION_KEY in request.session and (
        seconds - request.session.get(_SEEN_AT, 0) >= _SEEN_PRECISION.total_seconds()
    ):
        request.session[_SEEN_AT] = seconds
        SignedInDevice.objects.filter(session_id=request.session.session_key).update(seen_at=now)
