"""The cookie by which a browser is known that has signed in before (security.md A0, "Known device").

It proves nobody: it only tells whether a sign-in is news, and lets known devices be counted apart.
"""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from kundenportal.identity.models import User

COOKIE_SECONDS = 400 * 24 * 3600
"""400 days, the longest a browser keeps a cookie."""

LOGINS_PER_DEVICE = 5
"""How many logins one browser is known to, for households that share one."""

_ID_BYTES = 16
_MARK_LENGTH = 32
_SALT = "kundenportal.device"


@dataclass(frozen=True)
class Device:
    """A browser as its cookie presents it.

    Attributes:
        id: a random id, empty when there is no cookie; never shown.
        marks: one keyed hash of the id for each login that completed a sign-in there, the newest first.

    """

    id: str = ""
    marks: tuple[str, ...] = ()

    def is_known_to(self, user: User) -> bool:
        """Tell whether this login has signed in here, and has not disavowed its devices since."""
        mark = _mark(self.id, user)
        return any(constant_time_compare(mark, each) for each in self.marks)


def device_of(request: HttpRequest) -> Device:
    """Return the browser of a request; what it claims is only believed mark by mark."""
    device_id, *marks = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "").split(".")
    return Device(device_id, tuple(marks[:LOGINS_PER_DEVICE]))


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Make the browser known to a login; only after a complete sign-in."""
    device = device_of(request)
    device_id = device.id if device.marks else secrets.token_urlsafe(_ID_BYTES)
    mark = _mark(device_id, user)
    others = [each for each in device.marks if each != mark]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        ".".join([device_id, mark, *others][: LOGINS_PER_DEVICE + 1]),
        max_age=COOKIE_SECONDS,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _mark(device_id: str, user: User) -> str:
    named = f"{device_id}:{user.public_id}:{user.device_epoch}"
    return salted_hmac(_SALT, named, algorithm="sha256").hexdigest()[:_MARK_LENGTH]
