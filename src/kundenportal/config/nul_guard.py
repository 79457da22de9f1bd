"""Refusing web addresses that hold a NUL: no page has one, and PostgreSQL cannot even look it up."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse


def refuse_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return a middleware that answers 404 to an address with a NUL in its path or query."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return get_response(request)

    return middleware
