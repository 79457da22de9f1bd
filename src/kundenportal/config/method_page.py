"""A page in the place of Django's empty answer to a method that an address does not take."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from kundenportal.ui.errors import method_not_allowed


def method_page_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return a middleware that explains a refused method to whoever opened the address by hand."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_empty = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content
        return (
            method_not_allowed(request, response)
            if is_empty and request.method in {"GET", "POST"}
            else response
        )

    return middleware
