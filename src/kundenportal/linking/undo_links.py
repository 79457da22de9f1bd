"""What an undo link is about; nothing is written but the secret itself."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from kundenportal.identity.models import OneTimeSecret
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.linking.models import AccountLink, LinkRequest, LoginMerge

UNDO_WITHIN = dt.timedelta(days=14)


class UndoKind(StrEnum):
    """What an undo link takes back."""

    MERGE = "merge"
    """One login absorbed another one."""

    LINK = "link"
    """A login linked a customer that nobody had registered."""

    ACCESS = "access"
    """The same or a registration, as the contact address of the master data sees it."""


@dataclass(frozen=True)
class Undoable:
    """Something that can still be taken back.

    Attributes:
        kind: what it is.
        customer_numbers: the numbers it is about.
        merge: the merge, when it is one.
        link: the grant as it stands now, otherwise.

    """

    kind: UndoKind
    customer_numbers: tuple[str, ...]
    merge: LoginMerge | None = None
    link: AccountLink | None = None


def issue_undo_token(kind: UndoKind, pk: int, recipient: int, *, now: dt.datetime) -> str:
    """Make the token of an undo link; every recipient has one of his own.

    Args:
        kind: what it takes back.
        pk: of the merge, the link request or the grant.
        recipient: which of its recipients gets it.
        now: when, aware.

    """
    _, token = issue_token(
        OneTimeSecret.Purpose.LINK_UNDO, subject=f"{kind}:{pk}:{recipient}", lifetime=UNDO_WITHIN, now=now
    )
    return token


def find_undoable(subject: str) -> Undoable | None:
    """Return what the secret of an undo link is about, or None when it was taken back or is over."""
    kind, pk, _ = subject.split(":")
    if kind == UndoKind.MERGE:
        return _undoable_merge(int(pk))
    if kind == UndoKind.LINK:
        request = LinkRequest.objects.filter(pk=int(pk)).select_related("account_link").first()
        link = request.account_link if request else None
    else:
        link = AccountLink.objects.filter(pk=int(pk)).first()
    present = _present(link) if link else None
    if present is None:
        return None
    return Undoable(UndoKind(kind), (present.customer.customer_number,), link=present)


def _undoable_merge(pk: int) -> Undoable | None:
    merge = LoginMerge.objects.filter(pk=pk, undone_at=None).select_related("kept", "absorbed").first()
    if merge is None:
        return None
    numbers = merge.links.order_by("customer__customer_number").values_list(
        "customer__customer_number", flat=True
    )
    return Undoable(UndoKind.MERGE, tuple(numbers), merge=merge)


def _present(link: AccountLink) -> AccountLink | None:
    """Return the open grant that continues one, itself when it is open, or None."""
    while link.ended_at is not None:
        following = AccountLink.objects.filter(moved_from=link).order_by("-id").first()
        if following is None:
            return None
        link = following
    return link
