"""The import of master data from opening the delivery to the last row: all of it or nothing."""

import datetime as dt
import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from kundenportal.audit.services import Detail, record
from kundenportal.core.german_numbers import format_number
from kundenportal.erp.inbound import staging
from kundenportal.erp.inbound.dialect import RowLimit
from kundenportal.erp.inbound.doubts import TOUCHED, doubt_dependants, note_touched_meters
from kundenportal.erp.inbound.files import (
    ADVANCE_PAYMENTS,
    CUSTOMERS,
    DOCUMENTS,
    FILES,
    METERS,
    PREMISES,
    READINGS,
    REGISTERS,
)
from kundenportal.erp.inbound.formats import FileSpec
from kundenportal.erp.inbound.known_rows import KnownRows
from kundenportal.erp.inbound.losses import (
    ALLOWED,
    IMPORTED,
    MAX_LOSS_PERCENT,
    counted_since,
    ended_since,
    is_too_much,
)
from kundenportal.erp.inbound.merge_customers import ACCOUNT_OWNER, REWORDED, merge_customers, merge_premises
from kundenportal.erp.inbound.merge_documents import check_documents
from kundenportal.erp.inbound.merge_meters import merge_meters, merge_registers
from kundenportal.erp.inbound.merge_readings import merge_advance_payments, merge_readings
from kundenportal.erp.inbound.ready import Merge, gone_table
from kundenportal.erp.inbound.releases import Release, details_of
from kundenportal.erp.inbound.report import Report
from kundenportal.erp.inbound.scan import REJECTED, Progress, Scan, scan_file
from kundenportal.erp.inbound.source import Source
from kundenportal.erp.locks import only_one

Conclude = Callable[[Report], None]
"""Called in the import's transaction once all is merged and allowed, before it is committed. It may refuse
the delivery all the same, and what it writes is kept exactly if the import is."""

_KNOWN: Mapping[str, str] = {
    CUSTOMERS.name: "customers_customer WHERE ended_at IS NULL AND",
    PREMISES.name: "customers_premise WHERE ended_at IS NULL AND",
    METERS.name: "metering_meter WHERE ended_at IS NULL AND",
    REGISTERS.name: "metering_register WHERE ended_at IS NULL AND",
    READINGS.name: "metering_meterreading WHERE",
    ADVANCE_PAYMENTS.name: "advance_payments_advancepayment WHERE",
}
_MERGES: Mapping[str, Callable[[Merge], None]] = {
    CUSTOMERS.name: merge_customers,
    PREMISES.name: merge_premises,
    METERS.name: merge_meters,
    REGISTERS.name: merge_registers,
    READINGS.name: merge_readings,
    ADVANCE_PAYMENTS.name: merge_advance_payments,
}


def import_master_data(
    source: Source,
    *,
    is_dry_run: bool,
    allow_loss: bool,
    now: dt.datetime,
    progress: Progress,
    conclude: Conclude | None = None,
    released: Release | None = None,
) -> Report:
    """Bring the portal's copy of the master data to what a delivery says.

    Only rows that differ from the last delivery are looked into. They wait in temporary tables, outside any
    transaction; one transaction then checks how they fit together, merges them and records the import. Any
    fault takes all of it back, and so does a dry run, which therefore tells exactly what would happen.

    Args:
        source: the delivery.
        is_dry_run: whether to change nothing.
        allow_loss: whether the delivery may end more than ``MAX_LOSS_PERCENT`` of what is active.
        now: when, aware.
        progress: told as files are read and merged.
        conclude: has the last word, and writes what belongs to the import.
        released: who let it in, if somebody did.

    Returns:
        What was found and done; ``is_refused`` says whether nothing was.

    Raises:
        AlreadyRunning: when another import is running.
        SourceRefused: when the delivery turns out to be damaged.

    """
    report = Report(source=source.label, is_dry_run=is_dry_run)
    with only_one("import"), staging.bulk_session():
        try:
            report.sha256 = source.digest()
            with _no_search_for_cycles():
                scans = _scan_files(source, report, progress)
            merge = Merge(scans, report, now, released)
            _merge_all(merge, source, allow_loss=allow_loss, progress=progress, conclude=conclude)
        finally:
            _drop_tables()
    return report


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Stop Python looking for cycles among millions of rows of text, which have none, while they are read."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _scan_files(source: Source, report: Report, progress: Progress) -> dict[str, Scan]:
    """Read every file that is there into its staging table."""
    scans: dict[str, Scan] = {}
    limit = RowLimit(source.most_rows)
    staging.create_table(REJECTED, {"file": "text", "key": "text"})
    staging.create_table(TOUCHED, {"meter_number": "text"})
    staging.create_table(REWORDED, {"customer_id": "bigint"})
    for spec in FILES:
        if spec.name in source:
            known = KnownRows(_known_hashes(spec))
            doubt_dependants(spec, known, scans)
            scans[spec.name] = scan_file(spec, source, known, report, limit=limit, progress=progress)
            staging.create_table(gone_table(spec), {"row_hash": "bigint"})
            staging.insert_rows(gone_table(spec), ["row_hash"], ((each,) for each in known.missing()))
            staging.analyze(gone_table(spec))
            note_touched_meters(scans[spec.name])
        elif spec.is_required:
            report.add(spec.name, 0, "", "", _("Die Datei fehlt."))
    return scans


def _known_hashes(spec: FileSpec) -> Iterator[int]:
    """Yield the hashes of a file's rows that came with earlier deliveries, in ascending order.

    Only a row of zaehlwerke.csv can stand in several rows of the portal: one for each installation.
    """
    if where := _KNOWN.get(spec.name):
        distinct = "DISTINCT" if spec is REGISTERS else ""
        yield from staging.stream_numbers(
            f"SELECT {distinct} row_hash FROM {where} row_hash IS NOT NULL ORDER BY row_hash"  # noqa: S608
        )


def _merge_all(
    merge: Merge, source: Source, *, allow_loss: bool, progress: Progress, conclude: Conclude | None
) -> None:
    with transaction.atomic(durable=True):
        for place, (name, merge_file) in enumerate(_MERGES.items()):
            progress(_("Zusammenführen"), place, len(_MERGES))
            if name in merge.scans:
                merge_file(merge)
                merge.report.changes[name].unchanged += merge.scans[name].known.confirmed_count()
        progress(_("Zusammenführen"), len(_MERGES), len(_MERGES))
        if DOCUMENTS.name in merge.scans:
            check_documents(merge, source)
        if not merge.report.fault_count:
            _guard_against_loss(merge, allow_loss=allow_loss)
        if conclude is not None and not merge.report.is_refused:
            conclude(merge.report)
        if merge.report.is_refused or merge.report.is_dry_run:
            transaction.set_rollback(True)
        else:
            _record(merge)


def _guard_against_loss(merge: Merge, *, allow_loss: bool) -> None:
    """Refuse a delivery that would end too much, or remove every reading or advance payment.

    With ``allow_loss`` it is only told.
    """
    since = counted_since(merge.now)
    for name, scan in merge.scans.items():
        if name not in _MERGES:
            continue
        active, ended = len(scan.known), merge.report.changes[name].ended
        lately = max(ended, ended_since(scan.spec, since)) if ended else 0
        merge.report.active[name], merge.report.ended_lately[name] = active, lately
        if is_too_much(scan.spec, active=active, ended=ended, lately=lately):
            merge.report.losses.append(name)
            if not allow_loss:
                merge.report.refusals.append(_why_too_much(name, active, ended, lately))


def _why_too_much(name: str, active: int, ended: int, lately: int) -> str:
    told = _(
        "%(file)s: %(ended)s von %(active)s Einträgen würden enden. Mehr als %(most)d %% auf "
        "einmal ist meist ein Fehler der Lieferung; --allow-loss liest sie trotzdem ein."
    )
    if lately > ended:
        told = _(
            "%(file)s: %(ended)s von %(active)s Einträgen würden enden, mit denen der letzten 7 Tage "
            "%(lately)s. Mehr als %(most)d %% in einer Woche ist meist ein Fehler der Lieferungen; "
            "--allow-loss liest sie trotzdem ein."
        )
    counts = {"ended": ended, "active": active, "lately": lately}
    numbers = {word: format_number(count) for word, count in counts.items()}
    return told % {"file": name, "most": MAX_LOSS_PERCENT, **numbers}


def _record(merge: Merge) -> None:
    """Write the audit entry: which delivery it was, who let it in, and how much of each file it changed."""
    counts: dict[str, Detail] = {
        f"{name.removesuffix('.csv')}_{what}": count
        for name, changes in merge.report.changes.items()
        for what, count in vars(changes).items()
    }
    if merge.report.losses:
        counts[ALLOWED] = ", ".join(merge.report.losses)
    record(
        IMPORTED,
        actor="erp",
        now=merge.now,
        subject=merge.report.source[:80],
        details={"sha256": merge.report.sha256, **counts, **details_of(merge.released)},
    )


def _drop_tables() -> None:
    for spec in FILES:
        for name in (spec.table, gone_table(spec), f"ready_{spec.stem}"):
            staging.drop_table(name)
    for name in (REJECTED, TOUCHED, ACCOUNT_OWNER, REWORDED):
        staging.drop_table(name)
