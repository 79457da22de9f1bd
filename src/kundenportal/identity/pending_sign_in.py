"""A sign-in that waits for its second step; until then nobody is signed in."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from kundenportal.identity.areas import Area, area_of
from kundenportal.identity.models import User

WAITS_FOR = dt.timedelta(minutes=10)

_USER, _FINGERPRINT = "second_step_user", "second_step_fingerprint"
_SINCE, _IS_PROVEN = "second_step_since", "second_step_is_proven"


@dataclass(frozen=True)
class PendingSignIn:
    """A login whose first proof was shown.

    Attributes:
        user: the login.
        is_proven: whether that was its password, and not just the link of a mail.

    """

    user: User
    is_proven: bool


def begin_sign_in(request: HttpRequest, user: User, *, is_proven: bool, now: dt.datetime) -> None:
    """Remember for ten minutes that the first proof was shown; the session gets a new key.

    Args:
        request: the browser's request.
        user: the login.
        is_proven: whether the password was shown, and not just the link of a mail.
        now: when, aware.

    """
    request.session.flush()
    request.session[_USER] = user.pk
    request.session[_SINCE] = int(now.timestamp())
    request.session[_IS_PROVEN] = is_proven
    # A password that changes meanwhile ends the waiting, as it ends sessions.
    request.session[_FINGERPRINT] = user.get_session_auth_hash()
    request.session.set_expiry(WAITS_FOR)


def pending_sign_in(request: HttpRequest, *, now: dt.datetime) -> PendingSignIn | None:
    """Return the sign-in that waits in this browser, or None."""
    age = int(now.timestamp()) - request.session.get(_SINCE, 0)
    if not 0 <= age <= WAITS_FOR.total_seconds():
        return None
    is_staff = area_of(request) is Area.STAFF
    user = User.objects.filter(pk=request.session[_USER], is_active=True, is_staff=is_staff).first()
    if user is None:
        return None
    fingerprint = request.session.get(_FINGERPRINT, "")
    if not constant_time_compare(fingerprint, user.get_session_auth_hash()):
        return None
    return PendingSignIn(user, bool(request.session.get(_IS_PROVEN)))
