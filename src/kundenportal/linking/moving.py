"""What belongs to a grant, and goes along when linking moves the grant to another login or back."""

import datetime as dt
from collections.abc import Callable

from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink

Move = Callable[[AccountLink, User, dt.datetime], None]

_others: list[Move] = []


def also_move(move: Move) -> None:
    """Let a package above this one move what it keeps for a login; called once, when ready.

    Args:
        move: gets the grant, which is still good, the login that holds its customer next, and a moment: what
            came later stays. It runs in the transaction of whoever moves the grant.

    """
    _others.append(move)


def move_along(link: AccountLink, user: User, *, until: dt.datetime) -> None:
    """Move what belongs to a grant, before it ends, in the caller's transaction.

    Args:
        link: the grant.
        user: the login that holds its customer next.
        until: what came later stays with the login of the grant.

    """
    for move in _others:
        move(link, user, until)
