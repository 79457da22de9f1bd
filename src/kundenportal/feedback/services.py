"""Taking in reports of barriers, and forgetting old ones."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.utility import Utility
from kundenportal.feedback.mails import BARRIER_REPORTED
from kundenportal.feedback.models import BarrierReport
from kundenportal.identity.throttle import Limit, allow_all, network_of
from kundenportal.mailing.services import enqueue

KEPT = dt.timedelta(days=365)
"""How long a report is kept; the privacy notice says so."""

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class TooManyReports(Exception):
    """So many came from one place, or at all, that this one is not taken; nothing was stored."""


@transaction.atomic(durable=True)
def report_barrier(
    *, description: str, page: str, email: str, key: str, actor: str, address: str, now: dt.datetime
) -> BarrierReport:
    """Store a report with its audit entry and the mail to the utility.

    The mail goes to the utility's own address alone: a typed address gets nothing, so that nobody can have
    the portal write to others. The same key a second time gives the first report.

    Args:
        description: what does not work, as typed.
        page: where, as typed or as the link had it; may be empty.
        email: where to answer, canonical; may be empty.
        key: the idempotency key of the form.
        actor: who reports, as the audit trail names him.
        address: the client's address.
        now: when, aware.

    Raises:
        TooManyReports: when there were too many of late.

    """
    report, is_new = BarrierReport.objects.get_or_create(
        key=key, defaults={"description": description, "page": page, "email": email, "received_at": now}
    )
    if not is_new:
        return report
    limits = [
        Limit("barrier", address, 5, _HOUR),
        Limit("barrier-network", network_of(address), 20, _DAY),
        Limit("barrier-all", "", 500, _DAY),
    ]
    if not allow_all(limits, now=now):
        raise TooManyReports
    record("barrier.reported", actor=actor, now=now, subject=f"barrier:{report.pk}")
    utility: Utility = settings.UTILITY
    enqueue(
        BARRIER_REPORTED,
        to=utility.accessibility.email or utility.email,
        context={"report": report.pk},
        now=now,
    )
    return report


def delete_old_reports(now: dt.datetime) -> int:
    """Delete reports of more than a year ago, and return how many."""
    deleted, _ = BarrierReport.objects.filter(received_at__lt=now - KEPT).delete()
    return deleted
