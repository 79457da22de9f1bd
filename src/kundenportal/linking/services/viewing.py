"""Seeing the customer site as a customer sees it: opened with a reason, short, written down page by page.

It is no sign-in: the staff session stays what it is, and the login of the customer is only looked through
(ADR 14; security.md A22).
"""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from kundenportal.audit.services import record
from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.models import StaffMember, User
from kundenportal.linking.models import Viewing
from kundenportal.linking.selectors import customers_of, holder_of

VIEWING_LASTS = dt.timedelta(minutes=15)
"""After this time the reason has to be given anew."""


class NothingToView(Exception):
    """Nobody has registered the number, so there is nothing that its customer sees."""


class ViewingOver(Exception):
    """The viewing ended, ran out, is a colleague's, or never was."""


def start_viewing(
    *,
    customer: Customer,
    member: StaffMember,
    reason: Viewing.Reason,
    remark: str = "",
    instead_of: str = "",
    now: dt.datetime,
) -> Viewing:
    """Open the customer site as the login sees it that holds a customer.

    Args:
        customer: whose page it was opened from.
        member: who looks.
        reason: why; the customer reads it.
        remark: more about the reason; the customer reads it, too.
        instead_of: the public id of the viewing that the same session has open; it ends.
        now: when, aware.

    Raises:
        NothingToView: when no login holds the customer; nothing changed.

    """
    with transaction.atomic(durable=True):
        holder = holder_of(customer)
        if holder is None:
            raise NothingToView
        for viewing in _open(instead_of, member):
            _end(viewing, actor=member.user.actor, now=now)
        viewing = Viewing.objects.create(
            user=holder,
            customer=customer,
            viewed_by=member,
            reason=reason,
            remark=remark,
            started_at=now,
            ends_at=now + VIEWING_LASTS,
        )
        _record("started", viewing, actor=member.user.actor, now=now, reason=reason, remark=remark)
    return viewing


def view_page(
    public_id: str, *, member: StaffMember, path: str, now: dt.datetime, premise_id: str = ""
) -> Viewing:
    """Write down that a page is seen, before it is, and return the viewing.

    The entry stands with the customer whose premise the page is about, so that he finds it who asks who saw
    his bills; a page about the whole login stands with each of its customers.

    Args:
        public_id: of the viewing, as the staff session keeps it.
        member: who looks.
        path: the page's path on the customer site, without the query: it may hold what somebody searched.
        now: when, aware.
        premise_id: the public id of the premise that the page is about, if it is about one.

    Raises:
        ViewingOver: when the page must not be shown (any more); nothing is written.

    """
    with transaction.atomic(durable=True):
        viewing = _open(public_id, member).first()
        if viewing is None or now >= viewing.ends_at:
            raise ViewingOver
        for customer_id in _seen_customers(viewing, premise_id):
            record(
                "customer.viewed_as",
                actor=member.user.actor,
                now=now,
                customer_id=customer_id,
                subject=_subject(viewing),
                details={"path": path},
            )
    return viewing


def end_viewing(public_id: str, *, member: StaffMember, now: dt.datetime) -> Viewing | None:
    """End a viewing before its time, and return it; None when it is over already.

    Args:
        public_id: of the viewing, as the staff session keeps it.
        member: who looked.
        now: when, aware.

    """
    with transaction.atomic(durable=True):
        viewing = _open(public_id, member).first()
        if viewing is not None:
            _end(viewing, actor=member.user.actor, now=now)
    return viewing


def end_overdue_viewings(now: dt.datetime) -> int:
    """Write the end of the viewings whose time ran out, and return how many there were."""
    with transaction.atomic(durable=True):
        overdue = list(Viewing.objects.select_for_update().filter(ended_at=None, ends_at__lte=now))
        for viewing in overdue:
            _end(viewing, actor="system", now=now)
    return len(overdue)


def forget_viewings(user: User, now: dt.datetime) -> None:  # noqa: ARG001
    """Delete what tells of viewings of a login that is forgotten; the audit trail keeps them."""
    Viewing.objects.filter(user=user).delete()


def _seen_customers(viewing: Viewing, premise_id: str) -> list[int]:
    """Return whose data a page shows: a premise's customer, or all that the login holds."""
    held = [customer.pk for customer in customers_of(viewing.user)] or [viewing.customer_id]
    if not premise_id:
        return held
    of_premise = Premise.objects.filter(public_id=premise_id, customer__in=held)
    return list(of_premise.values_list("customer_id", flat=True)) or [viewing.customer_id]


def _open(public_id: str, member: StaffMember) -> QuerySet[Viewing]:
    """Return the viewing of a member that was not ended, locked, with what its pages need to know."""
    viewings = Viewing.objects.select_for_update(of=("self",)).select_related("user", "customer")
    return viewings.filter(public_id=public_id, viewed_by=member, ended_at=None)


def _end(viewing: Viewing, *, actor: str, now: dt.datetime) -> None:
    viewing.ended_at = min(now, viewing.ends_at)
    viewing.save(update_fields=["ended_at"])
    _record("ended", viewing, actor=actor, now=now)


def _record(act: str, viewing: Viewing, *, actor: str, now: dt.datetime, **details: str) -> None:
    record(
        f"customer.viewing_{act}",
        actor=actor,
        now=now,
        customer_id=viewing.customer_id,
        subject=_subject(viewing),
        details=details,
    )


def _subject(viewing: Viewing) -> str:
    return f"viewing:{viewing.pk}"
