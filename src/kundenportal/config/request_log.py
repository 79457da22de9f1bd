"""One line for every request."""

import secrets
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger(__name__)

REQUEST_ID_HEADER = "X-Request-ID"


def request_log_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Log method, route, status, milliseconds and a request id, which the answer carries too.

    The route's name stands for the address: addresses carry tokens and what people typed.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request_id = secrets.token_hex(8)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = get_response(request)
            log.info(
                "request",
                method=request.method,
                route=_route(request),
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        response[REQUEST_ID_HEADER] = request_id
        return response

    return middleware


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else "none"
