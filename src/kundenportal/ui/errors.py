"""Pages for what went wrong, in the look of the portal (ux.md 1.9)."""

from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from kundenportal.ui.context_processors import frame

_SECRET_WORDS = ("password", "passwort", "csrf")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request that no form of ours sends."""
    return render(request, "ui/errors/bad_request.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request that is refused to this person."""
    return render(request, "ui/errors/forbidden.html", status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request for what is not there, or not for this person: nobody can tell which."""
    return render(request, "ui/errors/not_found.html", status=HTTPStatus.NOT_FOUND)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that broke.

    The page asks neither the session nor the database, which may be what is broken. The number on it is
    the start of the request's id in the log.
    """
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    context = frame(request) | {"error_number": request_id[:8].upper()}
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
    context = {
        "fields": _fields_to_repeat(request.POST) if is_ours else [],
        "form_action": request.get_full_path(),
    }
    response = render(request, "ui/errors/csrf.html", context, status=HTTPStatus.FORBIDDEN)
    response["Cache-Control"] = "no-store, private"
    return response


def _fields_to_repeat(sent: QueryDict) -> list[tuple[str, str]]:
    """Return names and values of a form, without secrets."""
    return [
        (name, value)
        for name, values in sent.lists()
        if not any(word in name for word in _SECRET_WORDS)
        for value in values
    ]
