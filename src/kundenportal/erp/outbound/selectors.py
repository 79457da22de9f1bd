"""What is shown of batches and of the outbox."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from kundenportal.audit.models import AuditEntry
from kundenportal.erp.models import OutboxRun
from kundenportal.erp.outbound.packing import DOWNLOADED
from kundenportal.submissions.models import ExportBatch
from kundenportal.submissions.selectors import ready_for_export

COUNTED = 1000
"""How many waiting submissions are counted; beyond that there are "more than" so many."""


@dataclass(frozen=True)
class BatchPage:
    """Some batches, the newest first, and the number before which the next ones follow, if there are any."""

    batches: Sequence[ExportBatch]
    next_before: int | None


def batches_page(*, before: int | None, limit: int) -> BatchPage:
    """Return a page of batches with their ``submission_count``; one query.

    Args:
        before: the number after the page's first; None for the first page.
        limit: how many at most.

    """
    rows = ExportBatch.objects.order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.annotate(submission_count=Count("submissions"))[: limit + 1])
    shown = found[:limit]
    return BatchPage(shown, shown[-1].pk if len(found) > limit else None)


def downloads_of(batches: Sequence[ExportBatch]) -> list[AuditEntry]:
    """Return who took some batches with a browser, the newest first; one query."""
    entries = AuditEntry.objects.filter(subject__in=[str(batch) for batch in batches], action=DOWNLOADED)
    return list(entries.order_by("-pk"))


def waiting_for_batch(now: dt.datetime) -> int:
    """Return how many submissions the next batch would take, ``COUNTED + 1`` for more."""
    return ready_for_export(now=now)[: COUNTED + 1].count()


def last_outbox_run() -> OutboxRun | None:
    """Return what became of the last time at which the outbox was to be filled."""
    return OutboxRun.objects.order_by("-due_at").first()
