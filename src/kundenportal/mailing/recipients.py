"""Who gets a mail about a customer: whoever holds the customer when it is sent, not whoever once did."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from kundenportal.mailing.models import OutgoingMail


@dataclass(frozen=True)
class Recipient:
    """The address of a login, in its canonical form, and the language it reads."""

    address: str
    language: str


FindRecipient = Callable[[OutgoingMail, dt.datetime], Recipient | None]

_finders: list[FindRecipient] = []


def find_recipients_with(find: FindRecipient) -> None:
    """Let the package above that knows who holds a customer say who gets a mail; called once, when ready.

    Args:
        find: runs in a transaction at the moment of sending, and records whom it keeps a mail from. It
            returns None when nobody may get it.

    """
    _finders.append(find)


def recipient_of(mail: OutgoingMail, now: dt.datetime) -> Recipient | None:
    """Return who may get a mail about a customer now, or None.

    Raises:
        ValueError: when nobody can tell, so that such a mail waits.

    """
    (find,) = _finders
    return find(mail, now)
