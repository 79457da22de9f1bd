"""Which session a request has, and ending those that were idle or open for too long."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kundenportal.identity.areas import Area, area_of
from kundenportal.identity.session_store import SessionStore, StaffSessionStore
from kundenportal.identity.sessions import close_session, is_timed_out, note_seen

_STORES = {Area.CUSTOMERS: SessionStore, Area.STAFF: StaffSessionStore}


class AreaSessionMiddleware(SessionMiddleware):
    """Gives a request the session of its site: the customer site and the back office have a cookie each.

    Whoever works here may be a customer, too, and signed in as both in one browser.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Load the session lazily, from the site's own cookie."""
        area = area_of(request)
        key = request.COOKIES.get(area.session_cookie)
        # Django's middlewares and ours know one cookie: it is that of the site at hand.
        others = {name: value for name, value in request.COOKIES.items() if name not in _cookies()}
        request.COOKIES = others | ({Area.CUSTOMERS.session_cookie: key} if key else {})
        request.session = _STORES[area](key)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save a session that changed, and send its key in the site's own cookie."""
        response = super().process_response(request, response)
        own, known = area_of(request).session_cookie, Area.CUSTOMERS.session_cookie
        if own != known and known in response.cookies:
            morsel = response.cookies.pop(known)
            response.cookies[own] = morsel.value
            response.cookies[own].update(morsel)
        return response


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
        if Area.CUSTOMERS.session_cookie in request.COOKIES:
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


def language_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return a middleware that speaks the language of whoever is signed in (ux.md 1.0).

    Stands below Django's own, which has chosen by cookie and browser, and below the authentication's.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if Area.CUSTOMERS.session_cookie in request.COOKIES and request.user.is_authenticated:
            translation.activate(request.user.language)
        return get_response(request)

    return middleware


def _cookies() -> set[str]:
    return {area.session_cookie for area in Area}
