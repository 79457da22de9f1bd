"""Which new grants are restricted, and what that keeps a login from (security.md A1, A4)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink


@dataclass(frozen=True)
class Hold:
    """What restricts a grant; ``public_id`` is the grant's. It has an end, or waits for a code by post."""

    public_id: str
    held_until: dt.datetime | None
    awaits_letter: bool


def is_held(link: AccountLink | Hold, *, now: dt.datetime) -> bool:
    """Tell whether a grant is restricted at a moment."""
    return link.awaits_letter or (link.held_until is not None and now < link.held_until)


def held_links(user: User, *, now: dt.datetime) -> list[AccountLink]:
    """Return the restricted grants of a login; while there is one, its address cannot be changed."""
    return list(_held(user, now).select_related("customer").order_by("id"))


def may_link_further(user: User, *, now: dt.datetime) -> bool:
    """Tell whether a login may link further accounts: once one of its own is restricted no more."""
    open_links = AccountLink.objects.filter(user=user, ended_at=None)
    return open_links.exclude(pk__in=_held(user, now)).exists()


def _held(user: User, now: dt.datetime) -> QuerySet[AccountLink]:
    return AccountLink.objects.filter(user=user, ended_at=None).filter(
        Q(awaits_letter=True) | Q(held_until__gt=now)
    )
