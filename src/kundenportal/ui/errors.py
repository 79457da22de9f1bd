"""Pages for what went wrong, in the look of the portal (ux.md 1.9)."""

import datetime as dt
import sys
from http import HTTPStatus

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.csrf import requires_csrf_token

from kundenportal.core.dates import local_date
from kundenportal.identity.areas import Area, area_of
from kundenportal.ui.addresses import reverse_here
from kundenportal.ui.context_processors import frame
from kundenportal.ui.sent_fields import sent_fields

_SOON = dt.timedelta(minutes=5)
"""When to try again, where nobody knows better."""

_LAST_RESORT = (
    '<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Das hat nicht geklappt.</title></head>'
    "<body><h1>Das hat nicht geklappt.</h1><p>Ihre Eingaben wurden nicht gesendet. Bitte versuchen Sie es in "
    "einigen Minuten noch einmal.</p></body></html>"
)
"""What is left to say when not even the page for a broken page can be drawn."""

log = structlog.get_logger(__name__)


class NotOffered(Http404):
    """The utility does without the function that the page belongs to."""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request that no form of ours sends."""
    return _page(request, "bad_request", HTTPStatus.BAD_REQUEST)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer a request with more in it than any form of ours takes."""
    return _page(request, "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request that is refused to this person."""
    return _page(request, "forbidden", HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request for what is not there, or not for this person: nobody can tell which.

    That a utility does without a function is no secret, so who had kept a link to it is told.
    """
    name = "not_offered" if isinstance(exception, NotOffered) else "not_found"
    return _page(request, name, HTTPStatus.NOT_FOUND)


def method_not_allowed(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """Answer who opened the address of a form's target, instead of with an empty page.

    Args:
        request: the request.
        refused: the empty answer; it says which methods are allowed.

    """
    page = _page(request, "method_not_allowed", HTTPStatus.METHOD_NOT_ALLOWED)
    page["Allow"] = refused["Allow"]
    return page


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that broke, or that the database did not answer.

    The page asks neither the session nor the database, which may be what is broken. The number on it is
    the start of the request's id in the log.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    try:
        page: str = render_to_string(
            "ui/errors/server_error.html", _context(request, HTTPStatus.INTERNAL_SERVER_ERROR)
        )
    except Exception:
        log.exception("error_page.broken")
        page = _LAST_RESORT
    return _unsaved(HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR))


@requires_csrf_token
def unavailable(
    request: HttpRequest, *, is_planned: bool = False, until: dt.datetime | None = None
) -> HttpResponse:
    """Answer while the portal cannot work: it is being maintained, or its database cannot be reached.

    Args:
        request: the request.
        is_planned: whether somebody switched the portal off.
        until: when it is expected back, aware; None when nobody knows, or that time has passed.

    """
    now = timezone.now()
    context = _context(request, HTTPStatus.SERVICE_UNAVAILABLE) | {"is_planned": is_planned, "until": None}
    if until is not None:
        local = until.astimezone(settings.UTILITY_TIME_ZONE)
        is_today = local.date() == local_date(now, settings.UTILITY_TIME_ZONE)
        context |= {"until": f"{local:%H:%M}", "until_date": None if is_today else local.date()}
    page = render_to_string("ui/errors/unavailable.html", context)
    response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    wait = max(until - now, dt.timedelta(minutes=1)) if until else _SOON
    response["Retry-After"] = str(int(wait.total_seconds()))
    return _unsaved(response)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is too old; what was typed is offered to be sent with a fresh one."""
    page = _page(
        request,
        "csrf",
        HTTPStatus.FORBIDDEN,
        sent=sent_fields(request),
        page=request.get_full_path(),
        lacks_cookies=reason == REASON_NO_CSRF_COOKIE,
        other_languages=[],
    )
    return _unsaved(page)


def _page(request: HttpRequest, name: str, status: HTTPStatus, **context: object) -> HttpResponse:
    site = _site(request) | {"status": int(status)}
    return render(request, f"ui/errors/{name}.html", site | context, status=status)


def _site(request: HttpRequest) -> dict[str, object]:
    """Return the frame that the page stands in, and where its button leads."""
    is_office = area_of(request) is Area.STAFF
    return {
        "frame": "ui/office_door.html" if is_office else "ui/public.html",
        "is_office": is_office,
        "home_url": reverse_here(request, "root"),
    }


def _context(request: HttpRequest, status: HTTPStatus) -> dict[str, object]:
    """Return what a page needs that is drawn without session and database."""
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    return {
        **frame(request),
        **_site(request),
        **csrf(request),
        "status": int(status),
        "other_languages": [],
        "error_number": request_id[:8].upper(),
        "sent": sent_fields(request),
        "page_url": request.get_full_path() if request.method in {"GET", "HEAD"} else "/",
    }


def _unsaved(response: HttpResponse) -> HttpResponse:
    """Keep browsers from keeping a page that holds what somebody typed."""
    response["Cache-Control"] = "no-store, private"
    return response
