"""Going through a long list: where a page begins, and the links below it (``backoffice/pager.html``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from kundenportal.backoffice.parameters import number_in
from kundenportal.core.pages import Page
from kundenportal.core.places import Place, parse_place

AFTER = "nach"
"""The parameter that carries what a page begins after."""


@dataclass(frozen=True)
class Pager:
    """The links below a page of a list.

    Attributes:
        next_query: leads on; empty on the last page.
        first_query: leads back to the beginning; empty where nothing narrows the list.
        is_first: whether this is the beginning.

    """

    next_query: str
    first_query: str
    is_first: bool


def number_after(request: HttpRequest) -> int | None:
    """Return the id after which a page begins; None for the first page and for what is no id."""
    return number_in(request.GET.get(AFTER, ""))


def place_after(request: HttpRequest) -> Place | None:
    """Return the place after which a page begins; None for the first page and for what is no place."""
    return parse_place(request.GET.get(AFTER, ""))


def pager_of(
    request: HttpRequest, page: Page[object, object], filters: Mapping[str, str] | None = None
) -> Pager:
    """Return the links below a page.

    Args:
        request: the browser's request for it.
        page: what it shows.
        filters: the parameters that narrow the list, which every page of it keeps.

    """
    kept = dict(filters or {})
    further = "" if page.next_after is None else urlencode({AFTER: page.next_after, **kept})
    return Pager(further, urlencode(kept), is_first=AFTER not in request.GET)
