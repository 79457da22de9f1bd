"""Recording what was done."""

import datetime as dt
from collections.abc import Mapping

from kundenportal.audit.content import mark_of
from kundenportal.audit.models import AuditEntry

Detail = str | int | bool | None

ONE_VISIT = dt.timedelta(minutes=10)
"""Whoever looks at the same thing again within so long is still there."""


def record(
    action: str,
    *,
    actor: str,
    now: dt.datetime,
    customer_id: int | None = None,
    subject: str = "",
    details: Mapping[str, Detail] | None = None,
) -> None:
    """Add one entry to the audit trail, in the caller's transaction.

    Args:
        action: what was done, ``topic.verb``, such as ``reading.submitted``.
        actor: who did it: ``user:17``, ``staff:3``, ``erp`` or ``system``.
        now: when, aware.
        customer_id: the customer it concerns.
        subject: the thing it was done to, such as a submission's reference.
        details: few plain values; never a password, a token or a whole IBAN.

    """
    entry = AuditEntry(
        at=now,
        actor=actor,
        action=action,
        customer_id=customer_id,
        subject=subject,
        details=dict(details or {}),
    )
    entry.mark = mark_of(entry)
    entry.save(force_insert=True)


def record_visit(
    action: str,
    *,
    actor: str,
    now: dt.datetime,
    customer_id: int | None = None,
    subject: str,
    within: dt.timedelta = ONE_VISIT,
) -> None:
    """Add one entry about somebody who looked at something, in the caller's transaction; one for each visit.

    A page, its pictures and a reload are one visit.

    Args:
        action: what was looked at and how, such as ``document.viewed``.
        actor: who looked.
        now: when, aware.
        customer_id: the customer it concerns.
        subject: what he looked at.
        within: how long he is still there after the entry.

    """
    lately = AuditEntry.objects.filter(subject=subject, action=action, actor=actor, at__gt=now - within)
    if not lately.exists():
        record(action, actor=actor, now=now, customer_id=customer_id, subject=subject)
