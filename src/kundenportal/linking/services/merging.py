"""Absorbing a login by another one, and taking that back (guide lines 68 to 84; product.md rulings 5, 6)."""

import datetime as dt
from collections.abc import Iterable

from kundenportal.audit.services import record
from kundenportal.core.email_addresses import mask_email
from kundenportal.customers.models import Customer
from kundenportal.identity.factors.overview import has_second_factor
from kundenportal.identity.models import EmailChange, KeptForm, User
from kundenportal.identity.one_time_secrets import end_secrets_of
from kundenportal.identity.security_events import addresses_of, report_security_event
from kundenportal.identity.sessions import end_sessions
from kundenportal.linking.holds import held_links
from kundenportal.linking.models import AccountLink, LoginMerge
from kundenportal.linking.moving import move_along
from kundenportal.linking.rules import may_be_taken_back
from kundenportal.linking.services.errors import AccessHeld, StrongerLogin
from kundenportal.linking.services.stopped_changes import stop_changes_of_others
from kundenportal.mailing.services import enqueue


class LoginChanged(Exception):
    """One of the logins changed since its password was looked at; nothing happened."""


def lock_logins(*users: User) -> list[User]:
    """Lock logins and return them as they stand, in one order, so that none wait crosswise."""
    rows = User.objects.select_for_update().filter(pk__in=[user.pk for user in users]).order_by("pk")
    by_pk = {row.pk: row for row in rows}
    return [by_pk[user.pk] for user in users]


def absorb_login(kept: User, absorbed: User, *, way: LoginMerge.Way, now: dt.datetime) -> LoginMerge:
    """Move all customers of a login to another one and dissolve it, in the caller's transaction.

    Its sessions, links and waiting changes end, and its address signs in no more. Its row keeps password
    and address for as long as this can be undone. Everybody who knew either login is told.

    Args:
        kept: the login that goes on, as it was when it was proven.
        absorbed: the login whose password was shown, or which shares the proven mailbox.
        way: what brought them together.
        now: when, aware.

    Raises:
        LoginChanged: when one is dissolved, or has another password or address by now.
        StrongerLogin: when the absorbed login has a second factor.
        AccessHeld: when one of its grants is restricted.

    """
    before = [(each.password, each.email) for each in (kept, absorbed)]
    kept, absorbed = lock_logins(kept, absorbed)
    if [(each.password, each.email) for each in (kept, absorbed)] != before:
        raise LoginChanged
    if kept.pk == absorbed.pk or not (kept.is_active and absorbed.is_active):
        raise LoginChanged
    if has_second_factor(absorbed):
        raise StrongerLogin
    if held_links(absorbed, now=now):
        raise AccessHeld
    merge = LoginMerge.objects.create(kept=kept, absorbed=absorbed, way=way, merged_at=now)
    _tell(merge, now)
    _move_links(merge, now)
    _dissolve(absorbed, now)
    return merge


def undo_merge(merge: LoginMerge, *, now: dt.datetime) -> list[str]:
    """Give an absorbed login back what it had, in the caller's transaction; return its customer numbers.

    Its grants come back, its password and its address are good again, and the sessions of the login that
    had absorbed it end.

    Args:
        merge: the merge, not undone so far, its logins locked.
        now: when, aware.

    """
    told = {address for user in (merge.kept, merge.absorbed) for address in addresses_of(user, now=now)}
    returned = []
    for link in merge.links.select_related("moved_from__customer", "customer").order_by("customer_id"):
        Customer.objects.select_for_update().get(pk=link.customer_id)
        if link.moved_from is not None and _take_back(merge, link, link.moved_from, now):
            returned.append(link.customer)
    stop_changes_of_others(returned, owner=merge.absorbed, now=now)
    numbers = [customer.customer_number for customer in returned]
    User.objects.filter(pk=merge.absorbed_id).update(is_active=True)
    merge.undone_at = now
    merge.save(update_fields=["undone_at"])
    end_sessions(merge.kept)
    record("link.undone", actor="visitor", now=now, subject=f"login-merge:{merge.pk}")
    tell_undone(told, numbers, language=merge.kept.language, now=now)
    return numbers


def tell_undone(addresses: Iterable[str], numbers: list[str], *, language: str, now: dt.datetime) -> None:
    """Tell addresses that a linking was taken back."""
    for address in sorted(addresses):
        enqueue("link_undone", to=address, context={"customer_numbers": numbers}, language=language, now=now)


def _tell(merge: LoginMerge, now: dt.datetime) -> None:
    """Tell the addresses of both logins; each event secures the login its mails go to."""
    links = AccountLink.objects.filter(user=merge.absorbed, ended_at=None).order_by("customer_id")
    context = {
        "merge_id": merge.pk,
        "customer_numbers": sorted(links.values_list("customer__customer_number", flat=True)),
        "masked_email": mask_email(merge.kept.email),
        "is_by_email": merge.way == LoginMerge.Way.EMAIL,
    }
    report_security_event(
        "accounts_linked",
        user=merge.kept,
        context=context | {"is_absorbed": False},
        also=addresses_of(merge.absorbed, now=now) if merge.way == LoginMerge.Way.EMAIL else (),
        now=now,
    )
    if merge.way == LoginMerge.Way.NUMBER:
        report_security_event(
            "accounts_linked",
            user=merge.absorbed,
            context=context | {"is_absorbed": True},
            now=now,
        )


def _move_links(merge: LoginMerge, now: dt.datetime) -> None:
    """End the grants of the absorbed login and continue each with the one that is kept."""
    for link in AccountLink.objects.filter(user=merge.absorbed, ended_at=None).order_by("customer_id"):
        move_along(link, merge.kept, until=now)
        link.ended_at = now
        link.save(update_fields=["ended_at"])
        AccountLink.objects.create(
            user=merge.kept,
            customer=link.customer,
            proof=link.proof,
            created_at=now,
            merge=merge,
            moved_from=link,
        )
        record(
            "link.moved",
            actor=merge.kept.actor,
            customer_id=link.customer.pk,
            subject=f"login-merge:{merge.pk}",
            now=now,
        )


def _dissolve(user: User, now: dt.datetime) -> None:
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    end_secrets_of(user, now=now)
    EmailChange.objects.filter(user=user, completed_at=None, ended_at=None).update(ended_at=now)
    KeptForm.objects.filter(user=user).delete()


def _take_back(merge: LoginMerge, moved: AccountLink, original: AccountLink, now: dt.datetime) -> bool:
    """Open a grant of the absorbed login again, unless another login proved better since."""
    present = AccountLink.objects.filter(customer=moved.customer, ended_at=None).first()
    if present is not None:
        if not may_be_taken_back(
            merged_at=merge.merged_at,
            granted_at=present.created_at,
            proof=present.proof,
            is_continued=present.moved_from_id is not None,
            is_of_kept=present.user_id == merge.kept_id,
        ):
            return False
        # What the other login did since is not the absorbed one's doing.
        move_along(present, merge.absorbed, until=merge.merged_at)
        present.ended_at = now
        present.save(update_fields=["ended_at"])
        end_sessions(present.user)
    original.ended_at = None
    original.save(update_fields=["ended_at"])
    record(
        "link.returned",
        actor="visitor",
        customer_id=original.customer.pk,
        subject=f"login-merge:{merge.pk}",
        now=now,
    )
    return True
