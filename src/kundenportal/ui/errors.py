"""Pages for what went wrong, in the look of the portal (ux.md 1.9)."""

from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from kundenportal.identity.areas import Area, area_of
from kundenportal.ui.addresses import reverse_here
from kundenportal.ui.context_processors import frame

_SECRET_WORDS = ("password", "passwort", "csrf")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request that no form of ours sends."""
    return _page(request, "bad_request", HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request that is refused to this person."""
    return _page(request, "forbidden", HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request for what is not there, or not for this person: nobody can tell which."""
    return _page(request, "not_found", HTTPStatus.NOT_FOUND)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that broke.

    The page asks neither the session nor the database, which may be what is broken. The number on it is
    the start of the request's id in the log.
    """
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    context = frame(request) | _site(request) | {"error_number": request_id[:8].upper()}
    page = render_to_string("ui/errors/server_error.html", context)
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form whose token is too old.

    Where the browser itself vouches that the form came from our own page (``Sec-Fetch-Site``), what was
    typed is offered to be sent again with a fresh token, except passwords. Else nothing is offered, or a
    stranger's page could have its form confirmed here with one click.
    """
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    fields = _fields_to_repeat(request.POST) if is_ours else []
    response = _page(
        request, "csrf", HTTPStatus.FORBIDDEN, fields=fields, form_action=request.get_full_path()
    )
    response["Cache-Control"] = "no-store, private"
    return response


def _page(request: HttpRequest, name: str, status: HTTPStatus, **context: object) -> HttpResponse:
    return render(request, f"ui/errors/{name}.html", _site(request) | context, status=status)


def _site(request: HttpRequest) -> dict[str, object]:
    """Return the frame that the page stands in, and where its button leads."""
    is_office = area_of(request) is Area.STAFF
    return {
        "frame": "ui/office_door.html" if is_office else "ui/public.html",
        "home_url": reverse_here(request, "root"),
    }


def _fields_to_repeat(sent: QueryDict) -> list[tuple[str, str]]:
    """Return names and values of a form, without secrets."""
    return [
        (name, value)
        for name, values in sent.lists()
        if not any(word in name for word in _SECRET_WORDS)
        for value in values
    ]
