"""Whether the reader of an optional mail wants it: asked when it is sent, in this one place."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kundenportal.mailing.categories import Category
from kundenportal.mailing.models import OutgoingMail


@dataclass(frozen=True)
class Choice:
    """What the reader of an optional mail chose.

    Attributes:
        is_wanted: whether it is sent.
        unsubscribe_token: what the address ends with by which one click ends mails of its category; empty
            while the reader has agreed to something that needs them.

    """

    is_wanted: bool
    unsubscribe_token: str = ""


ALWAYS = Choice(is_wanted=True)
"""What counts for mails without a category."""

FindChoice = Callable[[OutgoingMail, Category], Choice]

FindRefusals = Callable[[Category], QuerySet[Any]]

_finders: list[FindChoice] = []
_refusals: list[FindRefusals] = []


def find_choices_with(find: FindChoice) -> None:
    """Let the package above that keeps the choices tell them; called once, when ready."""
    _finders.append(find)


def choice_of(mail: OutgoingMail, category: Category | None) -> Choice:
    """Return what the reader of a mail chose about it; the mail is addressed to whom it goes to.

    Raises:
        ValueError: when nobody can tell, so that such a mail waits.

    """
    if category is None:
        return ALWAYS
    (find,) = _finders
    return find(mail, category)


def find_refusals_with(find: FindRefusals) -> None:
    """Let the package above that keeps the choices tell who refuses a category; called once, when ready.

    Args:
        find: returns a query of the ids of logins.

    """
    _refusals.append(find)


def logins_refusing(category: Category) -> QuerySet[Any]:
    """Return the ids of the logins that want no mails of a category, as a query for ``__in``.

    It is for counting and sorting many customers beforehand; each mail's own choice is asked when it is sent.

    Raises:
        ValueError: when nobody can tell.

    """
    (find,) = _refusals
    return find(category)
