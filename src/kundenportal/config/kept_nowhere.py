"""Keeping browsers and proxies from keeping what may be about somebody."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from kundenportal.identity.areas import Area

_READING = ("GET", "HEAD")


def keep_nowhere(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return a middleware that says so of whatever may be about somebody, and does not say it itself.

    That is an answer to somebody who has a session, one that gives back what was typed into an open form, and
    one that went wrong: a page that is not there today may be there tomorrow. Open pages that are merely read
    stay as quick as browsers can make them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control") and _may_be_personal(request, response):
            patch_cache_control(response, no_store=True, private=True)
        return response

    return middleware


def _may_be_personal(request: HttpRequest, response: HttpResponse) -> bool:
    has_session = Area.CUSTOMERS.session_cookie in request.COOKIES
    return has_session or request.method not in _READING or response.status_code >= HTTPStatus.BAD_REQUEST
