"""Finding mails: a page of the log, one of them, and addresses that take none."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kundenportal.core.pages import Page, cut_page
from kundenportal.customers.models import Customer
from kundenportal.mailing.models import OutgoingMail

COUNTED = 1000
"""How many are counted; beyond that there are "more than" so many."""

_TOLD_FOR = dt.timedelta(days=30)
"""How long somebody is told that his address takes no mail."""


@dataclass(frozen=True)
class MailFilter:
    """What of the log is shown; an empty filter shows all.

    Attributes:
        status: a status of ``OutgoingMail``.
        kind: a kind of mail.
        recipient: an address in canonical form.
        since: what was put in the outbox at that moment or later.
        until: what was put in before that moment.
        needs_staff: only what somebody must see to.

    """

    status: str = ""
    kind: str = ""
    recipient: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    needs_staff: bool = False


def mail_page(wanted: MailFilter, *, after: int | None, limit: int) -> Page[OutgoingMail, int]:
    """Return a page of the log, the newest first; one query, two of a later page.

    Args:
        wanted: what is shown.
        after: the id of the last mail of the page before; None, or one that is gone, for the first page.
        limit: how many at most.

    """
    rows = _matching(wanted).order_by("-created_at", "-id")
    last = (
        OutgoingMail.objects.filter(pk=after).values_list("created_at", flat=True).first() if after else None
    )
    if last is not None:
        rows = rows.filter(Q(created_at__lt=last) | Q(id__lt=after), created_at__lte=last)
    return cut_page(rows, limit=limit, mark=lambda mail: mail.pk)


def mail_count(wanted: MailFilter) -> int:
    """Return how many there are, ``COUNTED + 1`` for more; one query that never counts them all."""
    return _matching(wanted).order_by("-created_at", "-id")[: COUNTED + 1].count()


def mail_numbered(number: int) -> OutgoingMail:
    """Return a mail.

    Raises:
        OutgoingMail.DoesNotExist: when there is none.

    """
    return OutgoingMail.objects.select_related("repeats").get(pk=number)


def customer_of(mail: OutgoingMail) -> Customer | None:
    """Return the customer a mail concerns, if it concerns one."""
    return Customer.objects.filter(pk=mail.customer_id).first() if mail.customer_id else None


def returned_from(address: str, *, now: dt.datetime) -> QuerySet[OutgoingMail]:
    """Return the mails that an address did not take lately, and nobody has seen to since."""
    return OutgoingMail.objects.filter(recipient=address, needs_staff=True, created_at__gt=now - _TOLD_FOR)


def _matching(wanted: MailFilter) -> QuerySet[OutgoingMail]:
    rows = OutgoingMail.objects.all()
    if wanted.needs_staff:
        rows = rows.filter(needs_staff=True)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.recipient:
        rows = rows.filter(recipient=wanted.recipient)
    if wanted.since:
        rows = rows.filter(created_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(created_at__lt=wanted.until)
    return rows
