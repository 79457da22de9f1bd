"""When the access to a customer changed last: money waits longer then (security.md A9).

Who has taken over a login changes its password, its address or what it is linked to first.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet

from kundenportal.identity.models import EmailChange, User

Moments = QuerySet[Any, dt.datetime | None]
"""A query of one column of times: they are asked for together."""

ChangeSource = Callable[[User, int], Iterable[Moments]]
"""Gets a login and the id of a customer it holds; returns when its access to him changed."""

_sources: list[ChangeSource] = []


def add_access_change_source(source: ChangeSource) -> None:
    """Let a package above this one tell of further changes, such as new grants; called when ready."""
    _sources.append(source)


def last_access_change(user: User, customer_id: int, *, also: Moments) -> dt.datetime | None:
    """Return when password, address or grant changed last, or None when nothing of it ever did; one query.

    Args:
        user: the login.
        customer_id: the customer it holds.
        also: what counts like a change of the access, though it is none.

    """
    changes = EmailChange.objects.filter(user=user)
    of_address = (changes.values_list(name, flat=True) for name in ("completed_at", "reverted_at"))
    of_others = (moments for source in _sources for moments in source(user, customer_id))
    found = also.union(*of_address, *of_others, all=True)
    return max((moment for moment in (user.password_changed_at, *found) if moment), default=None)
