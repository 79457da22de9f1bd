"""Whether the reader of an optional mail wants it: asked when it is sent, in this one place."""

from collections.abc import Callable
from dataclasses import dataclass

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

_finders: list[FindChoice] = []


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
