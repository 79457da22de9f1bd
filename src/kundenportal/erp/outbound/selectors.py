"""What is shown of batches and of the outbox."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count

from kundenportal.audit.models import AuditEntry
from kundenportal.core.pages import Page, cut_page
from kundenportal.erp.models import OutboxRun
from kundenportal.erp.outbound.packing import DOWNLOADED
from kundenportal.submissions.models import ExportBatch
from kundenportal.submissions.selectors import ready_for_export

COUNTED = 1000
"""How many waiting submissions are counted; beyond that there are "more than" so many."""


def batches_page(*, after: int | None, limit: int) -> Page[ExportBatch, int]:
    """Return a page of batches with their ``submission_count``, the newest first; one query.

    Args:
        after: the number of the last batch of the page before; None for the first page.
        limit: how many at most.

    """
    rows = ExportBatch.objects.order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    counted = rows.annotate(submission_count=Count("submissions"))
    return cut_page(counted, limit=limit, mark=lambda batch: batch.pk)


def batch_numbered(number: int) -> ExportBatch:
    """Return a batch with its ``submission_count``.

    Raises:
        ExportBatch.DoesNotExist: when there is none.

    """
    return ExportBatch.objects.annotate(submission_count=Count("submissions")).get(pk=number)


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
