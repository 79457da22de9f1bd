"""Unlinking an account, and deleting a login (guide lines 75 to 86; product.md ruling 7)."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.forget_login import forget_login
from kundenportal.identity.models import User
from kundenportal.identity.password_check import check_own_password
from kundenportal.identity.security_events import addresses_of, report_security_event
from kundenportal.linking.models import AccountLink, DeletionNotice, LinkRequest, LoginMerge, Registration
from kundenportal.linking.services.merging import lock_logins
from kundenportal.mailing.services import enqueue

FORGOTTEN_AFTER = dt.timedelta(days=30)
"""How long the address of an absorbed login is kept; its undo link is good for 14 days."""

REQUESTS_KEPT = dt.timedelta(days=60)
"""How long a request to link is kept; the code of its letter is good for 30 days after it was printed."""


class LinkMissing(Exception):
    """The login holds no such grant (any more)."""


class LastAccount(Exception):
    """The last number cannot be unlinked; that would be deleting the login."""


def unlink_account(*, user: User, link_id: str, now: dt.datetime) -> AccountLink:
    """End the grant of one of several accounts, and tell everybody who must know.

    The number can be registered or linked anew at once.

    Args:
        user: the login.
        link_id: the grant's public id.
        now: when, aware.

    Raises:
        LinkMissing: when the login holds no such grant.
        LastAccount: when it holds no other.

    """
    with transaction.atomic(durable=True):
        (locked,) = lock_logins(user)
        links = AccountLink.objects.filter(user=locked, ended_at=None)
        link = links.filter(public_id=link_id).select_related("customer").first()
        if link is None:
            raise LinkMissing
        if links.count() == 1:
            raise LastAccount
        # Told while the customer is still linked, so that its own contact address hears of it.
        report_security_event(
            "account_unlinked",
            user=locked,
            context={"customer_numbers": [link.customer.customer_number]},
            now=now,
        )
        _end(link, now, actor=locked.actor)
    return link


def delete_login(*, user: User, current_password: str, now: dt.datetime) -> None:
    """Delete a login: it holds nothing any more, and nothing of it is kept but its number.

    Customers, contracts and what was sent stay; each number can be registered anew at once.

    Args:
        user: the login.
        current_password: as typed.
        now: when, aware.

    Raises:
        TooManyWrongPasswords: when the password was wrong too often.
        WrongPassword: when it is wrong; nothing changed.

    """
    check_own_password(user, current_password, now=now)
    with transaction.atomic(durable=True):
        (locked,) = lock_logins(user)
        links = AccountLink.objects.filter(user=locked, ended_at=None)
        numbers = sorted(links.values_list("customer__customer_number", flat=True))
        for address in addresses_of(locked, now=now):
            context = {"customer_numbers": numbers}
            enqueue("login_deleted", to=address, context=context, language=locked.language, now=now)
        record("login.deleted", actor=locked.actor, now=now)
        give_up_login(locked, actor=locked.actor, now=now)


def give_up_login(user: User, *, actor: str, now: dt.datetime) -> None:
    """End all grants of a login and forget it, in the caller's transaction.

    Args:
        user: the login, locked.
        actor: who does it, as the audit trail names him.
        now: when, aware.

    """
    for link in AccountLink.objects.filter(user=user, ended_at=None).select_related("customer"):
        _end(link, now, actor=actor)
    Registration.objects.filter(user=user).delete()
    forget_login(user, now=now)


def forget_deletion_notice(user: User, now: dt.datetime) -> None:  # noqa: ARG001
    """Forget that a login is to be deleted; called when it is."""
    DeletionNotice.objects.filter(user=user).delete()


def forget_absorbed_logins(now: dt.datetime) -> int:
    """Forget logins absorbed 30 days ago and old requests to link; return how many things went."""
    with transaction.atomic(durable=True):
        merges = LoginMerge.objects.filter(merged_at__lt=now - FORGOTTEN_AFTER, undone_at=None)
        users = User.objects.filter(is_active=False, pk__in=merges.values("absorbed")).exclude(email="")
        absorbed = list(users.select_for_update())
        for user in absorbed:
            forget_login(user, now=now)
        requests, _ = LinkRequest.objects.filter(created_at__lt=now - REQUESTS_KEPT).delete()
    return len(absorbed) + requests


def _end(link: AccountLink, now: dt.datetime, *, actor: str) -> None:
    link.ended_at = now
    link.save(update_fields=["ended_at"])
    record(
        "link.ended",
        actor=actor,
        customer_id=link.customer.pk,
        subject=f"link:{link.pk}",
        now=now,
    )
