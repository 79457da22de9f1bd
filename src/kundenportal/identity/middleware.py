"""Ending sessions that were idle or open for too long."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kundenportal.identity.sessions import close_session, is_timed_out, note_seen


class SessionTimeoutMiddleware:
    """Signs out whoever was away for too long; the page that asks to sign in again says why.

    Stands below the session, authentication and message middleware. A request without the session's
    cookie costs nothing. ``request.timed_out_user`` tells the page whose session just ended, so that what
    he was sending can be kept for him.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the session before the page and note the activity."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            now = timezone.now()
            if is_timed_out(request, now=now):
                timed_out_user = request.user
                close_session(request)
                request.timed_out_user = timed_out_user  # type: ignore[attr-defined]
                messages.info(
                    request,
                    _("Sie waren länger nicht aktiv. Bitte melden Sie sich wieder an."),
                )
            else:
                note_seen(request, now=now)
        return self._get_response(request)
