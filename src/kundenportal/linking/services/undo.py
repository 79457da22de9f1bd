"""The undo link of mails about linking and about new access, open for 14 days (product.md rulings 5, 6)."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.customers.models import Customer
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import lock_secret, open_secret, use_up
from kundenportal.identity.security_events import addresses_of
from kundenportal.identity.sessions import end_sessions
from kundenportal.linking.models import AccountLink, LinkRequest, LoginMerge
from kundenportal.linking.services.errors import LinkExpired
from kundenportal.linking.services.merging import lock_logins, tell_undone, undo_merge
from kundenportal.linking.services.stopped_changes import stop_changes_of_others
from kundenportal.linking.undo_links import Undoable, UndoKind, find_undoable


def undoable_of(token: str, *, now: dt.datetime) -> Undoable | None:
    """Return what a link undoes, or None when it is used, expired or unknown. Looking changes nothing."""
    secret = open_secret(OneTimeSecret.Purpose.LINK_UNDO, token, now=now)
    return find_undoable(secret.subject) if secret else None


def undo_link(*, token: str, now: dt.datetime) -> Undoable:
    """Take a linking or a new access back, and tell everybody who must know.

    An absorbed login gets back its customers, its password and its address. A grant ends; a login without
    any other is dissolved. The sessions of the login that had the customer end.

    Args:
        token: the link's token.
        now: when, aware.

    Raises:
        LinkExpired: when the link opens nothing (any more).

    """
    with transaction.atomic(durable=True):
        secret = lock_secret(OneTimeSecret.Purpose.LINK_UNDO, token, now=now)
        undoable = find_undoable(secret.subject) if secret else None
        if secret is None or undoable is None:
            raise LinkExpired
        use_up(secret, now=now)
        if undoable.merge is not None:
            lock_logins(undoable.merge.kept, undoable.merge.absorbed)
            # Each recipient has a link of his own, so the merge is looked at again under the lock.
            if not LoginMerge.objects.filter(pk=undoable.merge.pk, undone_at=None).exists():
                raise LinkExpired
            undo_merge(undoable.merge, now=now)
        elif undoable.link is not None:
            withdraw_grant(undoable.link, is_by_contact=undoable.kind is UndoKind.ACCESS, now=now)
    return undoable


def withdraw_grant(link: AccountLink, *, is_by_contact: bool, now: dt.datetime) -> None:
    """End a grant, tell its addresses and dissolve a login without any other; the caller's transaction.

    Args:
        link: the grant, open.
        is_by_contact: whether the customer himself says so, so that the next try by a weak proof waits for
            a letter.
        now: when, aware.

    Raises:
        LinkExpired: when it ended meanwhile.

    """
    _withdraw(link, is_by_contact=is_by_contact, now=now)
    _dissolve_when_empty(link.user)


def lock_login_and_partners(user_id: int, *, since: dt.datetime) -> User:
    """Lock a login together with those it was merged with of late, in one order; return the login."""
    merges = LoginMerge.objects.filter(merged_at__gte=since, undone_at=None)
    merges = merges.filter(kept=user_id) | merges.filter(absorbed=user_id)
    partners = [
        user for merge in merges.select_related("kept", "absorbed") for user in (merge.kept, merge.absorbed)
    ]
    (user, *_) = lock_logins(User.objects.get(pk=user_id), *partners)
    return user


def undo_recent_links(user: User, *, since: dt.datetime, now: dt.datetime) -> None:
    """Take back what was linked to a login, or what absorbed it, of late; the caller's transaction.

    For "Das war ich nicht": whoever did it may not have been the owner.

    Args:
        user: the login, locked.
        since: what happened before stays.
        now: when, aware.

    """
    merges = LoginMerge.objects.filter(merged_at__gte=since, undone_at=None)
    for merge in merges.filter(kept=user) | merges.filter(absorbed=user):
        lock_logins(merge.kept, merge.absorbed)
        undo_merge(merge, now=now)
    requests = LinkRequest.objects.filter(user=user, completed_at__gte=since)
    for request in requests.exclude(account_link=None).select_related("account_link"):
        if request.account_link is not None and request.account_link.ended_at is None:
            _withdraw(request.account_link, is_by_contact=False, now=now)


def _withdraw(link: AccountLink, *, is_by_contact: bool, now: dt.datetime) -> None:
    """End a grant and the sessions of its login, and tell its addresses."""
    (user,) = lock_logins(link.user)
    Customer.objects.select_for_update().get(pk=link.customer_id)
    told = addresses_of(user, now=now)
    if not AccountLink.objects.filter(pk=link.pk, ended_at=None).update(
        ended_at=now, is_withdrawn=is_by_contact
    ):
        raise LinkExpired
    end_sessions(user)
    stop_changes_of_others([link.customer], owner=None, now=now)
    record("link.undone", actor="visitor", customer_id=link.customer_id, subject=f"link:{link.pk}", now=now)
    tell_undone(told, [link.customer.customer_number], language=user.language, now=now)


def _dissolve_when_empty(user: User) -> None:
    if not AccountLink.objects.filter(user=user, ended_at=None).exists():
        User.objects.filter(pk=user.pk).update(is_active=False)
