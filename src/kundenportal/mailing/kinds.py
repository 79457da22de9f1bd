"""The kinds of mail there are. Each topic registers its own when its app is ready."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kundenportal.mailing.categories import Category

Context = dict[str, Any]
Prepare = Callable[[Context, dt.datetime], Context]
MayRepeat = Callable[[Context, str, dt.datetime], bool]
"""Gets what fills the template, the recipient and the time; tells whether sending a mail again makes sense
and gives nobody what is not his any more."""


class UnknownMailKind(LookupError):
    """No topic registered a kind of this name."""


@dataclass(frozen=True)
class MailKind:
    """One kind of mail; its templates stand in ``mailing/<name>/{subject.txt,body.txt,body.html}``.

    ``prepare`` runs in its own transaction at the moment of sending and returns what is added to the
    template's context. It is the only place where a one-time secret is made: none is ever stored here.
    It may raise ``failures.NoLongerNeeded``: what it was for is over, and the mail is stopped.
    A mail that ``is_about_customer`` goes to the login that holds its customer when it is sent, or to nobody
    (``mailing.recipients``). One of a ``category`` goes only to a reader who wants that category, and carries
    the link by which he ends it (``mailing.choices``); one without is always sent. Staff may send it again
    when ``may_repeat`` says so or, without one, when it is about a customer: then the recipient is looked
    for anew.
    """

    name: str
    prepare: Prepare | None = None
    is_about_customer: bool = False
    category: Category | None = None
    may_repeat: MayRepeat | None = None

    def template(self, part: str) -> str:
        """Return the path of one of the kind's templates, such as ``body.txt``."""
        return f"mailing/{self.name}/{part}"


_kinds: dict[str, MailKind] = {}


def register(
    name: str,
    prepare: Prepare | None = None,
    *,
    is_about_customer: bool = False,
    category: Category | None = None,
    may_repeat: MayRepeat | None = None,
) -> None:
    """Make a kind of mail known; called from the topic's ``AppConfig.ready``.

    Args:
        name: the kind, as its folder of templates is called.
        prepare: what runs when a mail of it is sent.
        is_about_customer: whether it tells of a customer's contract, so that nobody else may get it.
        category: what its reader may refuse it as. Security mails and confirmations of what somebody sent
            have none.
        may_repeat: whether one that was sent may be sent once more, of a kind that is about no customer.

    Raises:
        ValueError: when another topic registered the name, or nobody could tell whose choice counts.

    """
    if category is not None and not is_about_customer:
        raise ValueError(f"the optional mail kind {name!r} must be about a customer: its holder chooses")
    kind = MailKind(name, prepare, is_about_customer, category, may_repeat)
    if _kinds.setdefault(name, kind) != kind:
        raise ValueError(f"two topics register the mail kind {name!r}")


def kind_named(name: str) -> MailKind:
    """Return a kind by its name.

    Raises:
        UnknownMailKind: when no topic registered it.

    """
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownMailKind(name) from None


def all_kinds() -> Iterable[MailKind]:
    """Return every registered kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
