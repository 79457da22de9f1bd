"""When the access to a customer changed last: money waits longer then (security.md A9).

Who has taken over a login changes its password, its address or what it is linked to first.
"""

import datetime as dt
from collections.abc import Callable, Iterable

from kundenportal.identity.models import EmailChange, User

ChangeSource = Callable[[User, int], Iterable[dt.datetime | None]]
"""Gets a login and the id of a customer it holds; returns when its access to him changed."""

_sources: list[ChangeSource] = []


def add_access_change_source(source: ChangeSource) -> None:
    """Let a package above this one tell of further changes, such as new grants; called when ready."""
    _sources.append(source)


def last_access_change(user: User, customer_id: int) -> dt.datetime | None:
    """Return when password, address or grant changed last, or None when nothing of it ever did.

    Args:
        user: the login.
        customer_id: the customer it holds.

    """
    changes = EmailChange.objects.filter(user=user).values_list("completed_at", "reverted_at")
    moments = [user.password_changed_at, *(moment for change in changes for moment in change)]
    moments += [moment for source in _sources for moment in source(user, customer_id)]
    return max((moment for moment in moments if moment is not None), default=None)
