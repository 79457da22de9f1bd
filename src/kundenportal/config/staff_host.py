"""A host name of its own for the back office, where the utility wants one (security.md A0)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from kundenportal.identity.areas import STAFF_PATH, Area

_EVERYWHERE = {"", "ui"}
"""The namespaces of what both hosts need: health, and the look of pages."""


class StaffHostMiddleware:
    """With the setting ``STAFF_HOST`` the back office answers there alone, and nothing else does there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; what is asked for is known only then."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Refuse a page on the wrong host as one that does not exist.

        Raises:
            Http404: when it belongs to the other host.

        """
        match = request.resolver_match
        if not settings.STAFF_HOST or match is None or match.namespace in _EVERYWHERE:
            return None
        is_staff_host = request.get_host().lower() == settings.STAFF_HOST
        if is_staff_host and match.view_name == f"{Area.CUSTOMERS.value}:root":
            return HttpResponseRedirect(STAFF_PATH)
        if is_staff_host != (match.namespace == Area.STAFF.value):
            raise Http404
        return None
