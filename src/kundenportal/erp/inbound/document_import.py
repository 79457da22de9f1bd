"""The import of documents: each row for itself, in steps that a cut-off import leaves whole."""

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.utils.translation import gettext as _

from kundenportal.audit.services import record
from kundenportal.documents.checks import Checked
from kundenportal.documents.deliveries import Delivered, Described, file_delivered
from kundenportal.documents.models import Document, QuarantinedDocument
from kundenportal.documents.selectors import recalled_contents
from kundenportal.erp.inbound.document_checker import Checker, Job, Verdict, checking
from kundenportal.erp.inbound.document_report import DocumentReport, why_refused
from kundenportal.erp.inbound.document_rows import MatchedRow, chunks_of_rows
from kundenportal.erp.inbound.files import DOCUMENTS
from kundenportal.erp.inbound.scan import Progress
from kundenportal.erp.inbound.source import Source, SourceRefused
from kundenportal.erp.locks import only_one
from kundenportal.files.services import StoreMany, storing_many
from kundenportal.linking.document_news import tell_of_documents

MAX_ENTRIES = 100_000
"""How many files a ZIP of documents may hold; a directory may hold any number."""


def import_documents(
    source: Source, *, is_dry_run: bool, now: dt.datetime, progress: Progress, actor: str = "erp"
) -> DocumentReport:
    """File the documents a delivery lists: visible, or in quarantine when they do not name their customer.

    Every row stands for itself: a bad one is reported, and the others are filed. Some are filed at a time,
    each lot in one transaction with the mails that tell of it. So what is imported twice changes nothing, and
    an import that was cut off is simply run again.

    Args:
        source: the delivery.
        is_dry_run: whether to file nothing, and tell what would be filed.
        now: when, aware.
        progress: told as rows are done; what it raises ends the import between two lots.
        actor: who delivers, as the audit trail names people.

    Returns:
        What was found and done.

    Raises:
        AlreadyRunning: when another import of documents is running.
        SourceRefused: when the delivery turns out to be damaged.
        OSError: when the storage is full or out of reach; what was filed before stays.

    """
    report = DocumentReport(source=source.label, is_dry_run=is_dry_run)
    with (
        only_one("documents"),
        checking(settings.UTILITY.customer_number) as checker,
        storing_many() as store,
    ):
        report.sha256 = source.digest()
        lines = _count_lines(source)
        run = _Run(source, report, checker, store, now, actor)
        begun: _Lot | None = None
        for rows in chunks_of_rows(source, report):
            # The next lot is looked into while this one is stored.
            following = run.begin(rows)
            if begun is not None:
                run.finish(begun)
                progress(DOCUMENTS.name, begun.last_line, lines)
            begun = following
        if begun is not None:
            run.finish(begun)
            progress(DOCUMENTS.name, lines, lines)
        if not is_dry_run:
            counts = {"faults": report.fault_count, **report.counts()}
            record(
                "erp.documents_imported",
                actor=actor,
                now=now,
                subject=source.label[:80],
                details={"sha256": report.sha256, **counts},
            )
    return report


@dataclass(frozen=True)
class _Lot:
    """Documents that are being looked into, and descriptions to take over."""

    last_line: int
    rows: list[MatchedRow]
    started: "list[tuple[Job, Future[Verdict]]]"
    amended: list[Described]


class _Run:
    """One import on its way."""

    def __init__(
        self,
        source: Source,
        report: DocumentReport,
        checker: Checker,
        store: StoreMany,
        now: dt.datetime,
        actor: str,
    ) -> None:
        self._source = source
        self._report = report
        self._checker = checker
        self._store = store
        self._now = now
        self._actor = actor

    def begin(self, rows: Sequence[MatchedRow]) -> _Lot:
        """Read the files of some rows, and begin to look into those that are news."""
        known = _Known({each.described.erp_id for each in rows})
        news: list[MatchedRow] = []
        jobs: list[Job] = []
        amended: list[Described] = []
        for each in rows:
            try:
                with self._source.open(each.row.path) as stream:
                    content = stream.read(each.row.size + 1)
            except SourceRefused as error:
                self._report.blame(each.row.line, "datei", each.row.path, str(error))
                continue
            if self._is_settled(each, known, hashlib.sha256(content).hexdigest(), amended):
                continue
            news.append(each)
            jobs.append(Job(content, each.row.customer_number))
        last_line = rows[-1].row.line if rows else 0
        return _Lot(last_line, news, self._checker.start(jobs), amended)

    def finish(self, lot: _Lot) -> None:
        """File a lot, and count what became of it."""
        delivered: list[Delivered] = []
        verdicts = self._checker.finish(lot.started)
        for each, (job, _future), verdict in zip(lot.rows, lot.started, verdicts, strict=True):
            if not isinstance(verdict, Checked):
                self._report.blame(each.row.line, "datei", each.row.path, why_refused(verdict))
                continue
            if not verdict.names_customer:
                row = each.row
                self._report.quarantine(row.line, row.erp_id, row.customer_number, verdict)
            elif self._report.is_dry_run:
                self._report.rehearse(each.described, each.row.customer_number)
            delivered.append(Delivered(each.described, job.content, verdict))
        if self._report.is_dry_run:
            self._count_as_if_filed(delivered, lot.amended)
        elif delivered or lot.amended:
            filed = file_delivered(
                delivered,
                amended=lot.amended,
                store=self._store,
                tell=partial(_tell, now=self._now),
                now=self._now,
                actor=self._actor,
            )
            self._report.new += len(filed.new)
            self._report.replaced += len(filed.replaced)
            self._report.amended += len(filed.amended)

    def _is_settled(self, each: MatchedRow, known: "_Known", sha256: str, amended: list[Described]) -> bool:
        """Tell whether nothing of a row need be looked into: it is known, or must not be filed."""
        described, row = each.described, each.row
        standing = known.standing.get(described.erp_id)
        waiting = known.waiting.get(described.erp_id)
        if (described.erp_id, described.customer_id, sha256) in known.recalled:
            reason = _("Dieses Dokument wurde zurückgezogen und wird so nicht noch einmal eingelesen.")
            self._report.blame(row.line, "dokument", row.erp_id, reason)
        elif standing is not None and standing.customer_id != described.customer_id:
            reason = _(
                "Dieses Dokument liegt bei einem anderen Kunden. Ist das falsch, ziehen Sie es zurück."
            )
            self._report.blame(row.line, "kundennummer", row.customer_number, reason)
        elif waiting is not None and (waiting.customer_id, _sha256(waiting)) == (
            described.customer_id,
            sha256,
        ):
            self._report.waiting += 1
        elif standing is not None and _sha256(standing) == sha256 and waiting is None:
            if _is_described_so(standing, described):
                self._report.unchanged += 1
            else:
                amended.append(described)
        else:
            return False
        return True

    def _count_as_if_filed(self, delivered: Sequence[Delivered], amended: Sequence[Described]) -> None:
        visible = {each.described.erp_id for each in delivered if each.checked.names_customer}
        standing = Document.objects.filter(erp_id__in=visible, recalled_at=None).count()
        self._report.new += len(visible) - standing
        self._report.replaced += standing
        self._report.amended += len(amended)


class _Known:
    """What the portal has under some of the billing system's ids; three queries."""

    def __init__(self, erp_ids: Collection[str]) -> None:
        documents = Document.objects.filter(erp_id__in=erp_ids, recalled_at=None).select_related("file")
        self.standing = {each.erp_id: each for each in documents}
        waiting = QuarantinedDocument.objects.filter(erp_id__in=erp_ids).select_related("file")
        self.waiting = {each.erp_id: each for each in waiting}
        self.recalled = recalled_contents(erp_ids)


def _sha256(filing: Document | QuarantinedDocument) -> str:
    return filing.file.sha256 if filing.file is not None else ""


def _is_described_so(document: Document, described: Described) -> bool:
    return described == Described(
        document.erp_id,
        document.customer_id,
        document.premise_id,
        Document.Kind(document.kind),
        document.title,
        document.document_date,
    )


def _count_lines(source: Source) -> int:
    """Return how many lines the list has, so that progress can be told."""
    if DOCUMENTS.name not in source:
        return 0
    with source.open(DOCUMENTS.name) as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))


def _tell(customers: Collection[int], *, now: dt.datetime) -> None:
    tell_of_documents(customers, now=now)
