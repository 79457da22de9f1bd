"""What is done with a delivery of each kind: looking into it without changing anything, and importing it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from kundenportal.erp.inbound.document_import import MAX_ENTRIES, import_documents
from kundenportal.erp.inbound.document_report import DocumentReport
from kundenportal.erp.inbound.files import DOCUMENTS
from kundenportal.erp.inbound.import_run import import_master_data
from kundenportal.erp.inbound.releases import Release
from kundenportal.erp.inbound.report import FaultReport, Report, RowFault
from kundenportal.erp.inbound.results import ResultsReport, check_results, import_results
from kundenportal.erp.inbound.scan import Progress
from kundenportal.erp.inbound.source import open_source
from kundenportal.erp.models import Delivery


@dataclass(frozen=True)
class Outcome:
    """What looking into a delivery, or importing it, has told.

    Attributes:
        report: all of it but the faults, as JSON.
        faults: the faults that are listed.
        fault_count: how many faults there are.
        is_refused: whether nothing was imported, or would be.
        needs_somebody: whether somebody should look at it although it was imported.

    """

    report: dict[str, Any]
    faults: list[RowFault]
    fault_count: int
    is_refused: bool
    needs_somebody: bool = False


Conclude = Callable[[Outcome], str]
"""Called in the import's own transaction when all went well. What it writes is kept exactly if the import is;
what it returns, unless empty, is why the delivery is refused all the same."""


def check_delivery(
    delivery: Delivery, path: Path, *, allow_loss: bool, now: dt.datetime, progress: Progress
) -> Outcome:
    """Look into a delivery; nothing is changed.

    Args:
        delivery: which; what kind it is of is known.
        path: its content.
        allow_loss: whether it is not refused for ending much, because somebody decides about that.
        now: when, aware.
        progress: told as it goes on.

    Returns:
        What importing it would bring.

    Raises:
        AlreadyRunning: when another import runs.
        SourceRefused: when the delivery is damaged.
        OSError: when a file cannot be read.

    """
    most_rows = _most_rows(delivery)
    if delivery.kind == Delivery.Kind.RESULTS:
        return _outcome_of_results(check_results(path, most_rows=most_rows))
    if delivery.kind == Delivery.Kind.DOCUMENTS:
        source = open_source(path, most_entries=MAX_ENTRIES)
        return _outcome_of_documents(import_documents(source, is_dry_run=True, now=now, progress=progress))
    source = open_source(path, most_rows=most_rows)
    report = import_master_data(source, is_dry_run=True, allow_loss=allow_loss, now=now, progress=progress)
    return _outcome_of_master_data(report)


def import_delivery(
    delivery: Delivery, path: Path, *, conclude: Conclude, now: dt.datetime, progress: Progress
) -> Outcome:
    """Import a delivery that was looked into and released.

    Args:
        delivery: which.
        path: its content.
        conclude: writes what becomes of the delivery.
        now: when, aware.
        progress: told as it goes on.

    Returns:
        What was done, or why nothing was.

    Raises:
        AlreadyRunning, SourceRefused, OSError: as for ``check_delivery``.

    """
    if delivery.kind == Delivery.Kind.RESULTS:
        results = import_results(
            path,
            now=now,
            conclude=lambda done: conclude(_outcome_of_results(done)),
            released=_release_of(delivery),
            most_rows=_most_rows(delivery),
        )
        return _outcome_of_results(results)
    if delivery.kind == Delivery.Kind.MASTER_DATA and not delivery.report.get("imported"):
        return _import_master_data(delivery, path, conclude=conclude, now=now, progress=progress)
    source = open_source(path, most_entries=MAX_ENTRIES)
    released = _release_of(delivery)
    report = import_documents(
        source,
        is_dry_run=False,
        now=now,
        progress=progress,
        actor=released.released_by if released else "erp",
    )
    return _outcome_of_documents(report)


def brings_documents(path: Path) -> bool:
    """Tell whether a delivery of master data brings documents along."""
    return DOCUMENTS.name in open_source(path)


def _import_master_data(
    delivery: Delivery, path: Path, *, conclude: Conclude, now: dt.datetime, progress: Progress
) -> Outcome:
    def conclude_or_refuse(report: Report) -> None:
        if refusal := conclude(_outcome_of_master_data(report)):
            report.refusals.append(refusal)

    report = import_master_data(
        open_source(path, most_rows=_most_rows(delivery)),
        is_dry_run=False,
        allow_loss=delivery.allows_loss,
        now=now,
        progress=progress,
        conclude=conclude_or_refuse,
        released=_release_of(delivery),
    )
    return _outcome_of_master_data(report)


def _most_rows(delivery: Delivery) -> int | None:
    """Return how many rows a delivery may have: the browser's are bounded (security.md A15)."""
    most: int = settings.UPLOAD_MAX_ROWS
    return most if delivery.way == Delivery.Way.UPLOAD else None


def _release_of(delivery: Delivery) -> Release | None:
    member = delivery.decided_by
    return Release(str(delivery), member.user.actor) if member else None


def _outcome_of_master_data(report: Report) -> Outcome:
    return _outcome(report, report.as_json(), is_refused=report.is_refused)


def _outcome_of_results(report: ResultsReport) -> Outcome:
    return _outcome(report, report.as_json(), is_refused=bool(report.fault_count))


def _outcome_of_documents(report: DocumentReport) -> Outcome:
    return _outcome(
        report, report.as_json(), is_refused=bool(report.refusal), needs_somebody=report.needs_somebody
    )


def _outcome(
    report: FaultReport, as_json: dict[str, Any], *, is_refused: bool, needs_somebody: bool = False
) -> Outcome:
    told = {key: value for key, value in as_json.items() if key != "errors"}
    return Outcome(told, report.sorted_faults(), report.fault_count, is_refused, needs_somebody)
