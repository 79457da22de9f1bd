"""Refusing requests with more in them than any form takes, before anything of them is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kundenportal.ui.errors import too_large


def refuse_large_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return a middleware that answers 413 by the length a request declares; without one it has no body."""

    def middleware(request: HttpRequest) -> HttpResponse:
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if declared.isascii() and declared.isdecimal() and int(declared) > settings.MAX_REQUEST_SIZE:
            return too_large(request)
        return get_response(request)

    return middleware
