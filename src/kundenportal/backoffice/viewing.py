"""Showing staff the customer site as a customer sees it: through one door, and nothing is written (ADR 14).

A page is drawn by the customer site's own view, for a request that was made up for it: it asks for the same
address, belongs to the customer's login, and has a session that nobody can save. Everything that keeps the
customer safe stands here, once: which pages there are, that only reading goes through, and that the database
takes nothing from them.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.base import SessionBase
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch, get_urlconf, resolve, reverse, set_urlconf
from django.utils import timezone

from kundenportal.identity.areas import Area
from kundenportal.linking.models import Viewing
from kundenportal.ui.viewing import ShownViewing, mark_as_viewed

SHOWN = frozenset(
    {
        "root",
        "selection",
        "home",
        "readings",
        "readings_sent",
        "consumption",
        "consumption_csv",
        "documents",
        "documents_view",
        "documents_file",
        "documents_page",
        "advance_payment",
        "advance_payment_sent",
        "address",
        "address_sent",
        "bank_account",
        "bank_account_end",
        "bank_account_sent",
        "contact",
        "contact_sent",
        "contact_messages",
        "contact_thread",
        "file",
        "submissions",
        "submission",
        "account",
        "account_linking",
        "account_notifications",
        "appearance",
        "imprint",
        "privacy",
        "accessibility",
        "plain_language",
        "disclosure",
        "help",
        "help_topic",
    }
)
"""The pages of the customer site that staff may see, by the names of their addresses.

A page that is not here is not shown. Those about password, second factors, recovery codes, devices and the
copy of one's data are left out on purpose, and so is every page that a link in a mail opens.
"""

_KEPT_IN = "viewing"
_READING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "DECLARE", "FETCH", "CLOSE")


class NotShown(Exception):
    """The page is none of those that staff may see."""


class WriteRefused(Exception):
    """A page wanted to write while it was only looked at."""


def viewing_in_session(request: HttpRequest) -> str:
    """Return the public id of the viewing that a staff session has open; it ends with the session."""
    return str(request.session.get(_KEPT_IN, ""))


def keep_in_session(request: HttpRequest, viewing: Viewing) -> None:
    """Let a staff session have a viewing open, one at a time."""
    request.session[_KEPT_IN] = viewing.public_id


def drop_from_session(request: HttpRequest) -> None:
    """Let a staff session have no viewing open."""
    request.session.pop(_KEPT_IN, None)


def page_at(path: str) -> ResolverMatch:
    """Return the page of the customer site at a path of the back office.

    Raises:
        NotShown: when it is none that staff may see.
        Http404: when there is no such page.

    """
    match = resolve(path, urlconf=settings.AS_CUSTOMER_URLCONF)
    if match.namespace != Area.CUSTOMERS.value or match.url_name not in SHOWN:
        raise NotShown(match.view_name)
    return match


def draw_page(request: HttpRequest, viewing: Viewing, page: ResolverMatch) -> HttpResponseBase:
    """Draw a page of the customer site for whoever looks, with links that stay in the viewing.

    Args:
        request: the request of the back office.
        viewing: as whom the page is seen, and why.
        page: the page.

    Raises:
        Http404: when the login may not see what the path names.
        WriteRefused: when the page wanted to write.

    """
    seen = _request_for(request, viewing, page)
    with _links_that_stay_here(), nothing_written():
        response: HttpResponseBase = page.func(seen, *page.args, **page.kwargs)
    return response


def banner_of(viewing: Viewing) -> ShownViewing:
    """Return what every page says of a viewing."""
    left = (viewing.ends_at - timezone.now()).total_seconds()
    return ShownViewing(
        customer_name=viewing.customer.full_name,
        customer_number=viewing.customer.customer_number,
        why=viewing.why,
        ends_at=viewing.ends_at,
        minutes_left=max(math.ceil(left / 60), 0),
        end_url=reverse("backoffice:viewing_end"),
    )


@contextmanager
def nothing_written() -> Iterator[None]:
    """Let the database take no statement that could change anything.

    The two views that write down what a customer has read know of viewings (``ui.viewing``). This is for the
    one that somebody forgets: it breaks, and nothing is written in a customer's name.
    """

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip("( ").upper().startswith(_READING):
            raise WriteRefused(sql.split(maxsplit=3)[:3])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def _request_for(request: HttpRequest, viewing: Viewing, page: ResolverMatch) -> HttpRequest:
    seen = WSGIRequest(request.META)
    # Neither session is in reach of the page: not the one of staff, nor one the browser has as a customer.
    cookies = {area.session_cookie for area in Area}
    seen.COOKIES = {name: value for name, value in seen.COOKIES.items() if name not in cookies}
    seen.session = SessionBase()
    seen.user = viewing.user
    seen.resolver_match = page
    seen._messages = default_storage(seen)  # type: ignore[attr-defined]
    mark_as_viewed(seen, banner_of(viewing))
    return seen


@contextmanager
def _links_that_stay_here() -> Iterator[None]:
    before = get_urlconf()
    set_urlconf(settings.AS_CUSTOMER_URLCONF)
    try:
        yield
    finally:
        set_urlconf(before)
