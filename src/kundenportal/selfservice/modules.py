"""Which pages and topics of the help go when a utility does without a function (docs/adr/0022).

Off means: no link leads there, and the addresses answer as if there were none. What was sent already stays:
pages that show it, and links of mails that stop or undo something, belong to no function.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.urls import URLPattern

from kundenportal.ui.errors import NotOffered

PAGES: Mapping[str, tuple[str, ...]] = {
    "consumption": ("consumption", "consumption_csv"),
    "documents": (
        "documents",
        "documents_view",
        "documents_file",
        "documents_page",
        "online_invoices",
    ),
    "advance_payments": ("advance_payment", "advance_payment_check"),
    "addresses": ("address", "address_check"),
    "bank_accounts": (
        "bank_account",
        "bank_account_check",
        "bank_account_end",
        "bank_account_end_check",
        "bank_account_name",
    ),
    "contact": ("contact",),
    "public_readings": ("public_reading", "public_reading_check"),
}
"""By its name in ``core.modules.Modules``, the names of the addresses of each function."""

TOPICS: Mapping[str, str] = {
    "verbrauch": "consumption",
    "dokumente": "documents",
    "abschlag": "advance_payments",
    "bankverbindung": "bank_accounts",
}
"""The topics of the help that are about one function alone."""

_MODULE_OF = {page: module for module, pages in PAGES.items() for page in pages}

View = Callable[..., HttpResponseBase]


def is_offered(page: str) -> bool:
    """Tell whether the utility offers a page, by the name of its address."""
    module = _MODULE_OF.get(page)
    return module is None or _is_on(module)


def has_topic(topic: str) -> bool:
    """Tell whether the help has a topic: not that of a function the utility does without."""
    module = TOPICS.get(topic)
    return module is None or _is_on(module)


def only_offered(patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """Return addresses of which those of a function answer only while the utility offers it."""
    patterns = list(patterns)
    for pattern in patterns:
        if module := _MODULE_OF.get(pattern.name or ""):
            pattern.callback = _while_offered(pattern.callback, module)
    return patterns


def _while_offered(view: View, module: str) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _is_on(module):
            raise NotOffered
        return view(*args, **kwargs)

    return guarded


def _is_on(module: str) -> bool:
    is_on: bool = getattr(settings.UTILITY.modules, module)
    return is_on
