"""Outcomes from the billing system: ``vorgang;ergebnis;grund`` in, submissions settled."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from kundenportal.audit.services import record
from kundenportal.casework.settling import settle_any
from kundenportal.core.references import format_reference, parse_reference
from kundenportal.erp.inbound.formats import Column, FileSpec
from kundenportal.erp.inbound.plain_rows import read_rows
from kundenportal.erp.inbound.releases import Release, details_of
from kundenportal.erp.inbound.report import FaultReport
from kundenportal.erp.inbound.values import BadValue, choice, text
from kundenportal.erp.locks import only_one
from kundenportal.submissions.models import Submission
from kundenportal.submissions.settling import ERP, Outcome

_ROWS_AT_A_TIME = 500


WORDS: Mapping[str, Outcome] = {"uebernommen": "accepted", "abgelehnt": "rejected"}
"""How the billing system says what became of a submission."""

_SETTLED: Mapping[str, Outcome] = {
    Submission.Status.COMPLETED: "accepted",
    Submission.Status.REJECTED: "rejected",
}


def _reference(value: str) -> str:
    parsed = parse_reference(value)
    if parsed is None:
        raise BadValue(_("Keine Vorgangsnummer; erwartet wird eine wie V-2026-004711."))
    return format_reference(*parsed)


RESULTS = FileSpec(
    name="",
    is_required=True,
    key="vorgang",
    columns=(
        Column("vorgang", _reference, is_required=True),
        Column("ergebnis", choice(WORDS), is_required=True),
        Column("grund", text(500), empty=""),
    ),
    staged={},
    finish=lambda row: tuple(row.values()),
)


@dataclass(frozen=True)
class Result:
    """One row: what became of a submission."""

    line: int
    reference: str
    outcome: Outcome
    reason: str


@dataclass
class ResultsReport(FaultReport):
    """What a file of results brought: how many were accepted, rejected, or known before."""

    file: str = ""
    accepted: int = 0
    rejected: int = 0
    known: int = 0
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def blame(self, result: Result, column: str, value: str, reason: str) -> None:
        """Report a fault of a row."""
        self.add(self.file, result.line, column, value, reason)

    def count(self, result: Result) -> None:
        """Count a result that is news, and remember it for the rows that follow."""
        self.outcomes[result.reference] = result.outcome
        if result.outcome == "accepted":
            self.accepted += 1
        else:
            self.rejected += 1

    def as_json(self) -> dict[str, Any]:
        """Return the report for machines."""
        return {
            "source": self.file,
            "refused": bool(self.fault_count),
            "accepted": self.accepted,
            "rejected": self.rejected,
            "known": self.known,
            "notes": self.notes,
            "error_count": self.fault_count,
            "errors": [vars(fault) for fault in self.sorted_faults()],
        }


Conclude = Callable[[ResultsReport], object]
"""Called in the import's transaction when all is settled: what it writes is kept exactly if the import is."""


def check_results(path: Path, *, most_rows: int | None = None) -> ResultsReport:
    """Return what importing a file of results would bring; nothing is changed.

    Args:
        path: a CSV file in the dialect of the deliveries.
        most_rows: how many lines it may have, any number when left out.

    Raises:
        OSError: when the file cannot be read.

    """
    report = ResultsReport(file=path.name)
    for _news in _news_of(path, report, most_rows):
        pass
    return report


def import_results(
    path: Path,
    *,
    now: dt.datetime,
    conclude: Conclude | None = None,
    released: Release | None = None,
    most_rows: int | None = None,
) -> ResultsReport:
    """Settle the submissions a file tells the outcome of: all of them, or none when any row is wrong.

    The whole file is checked before anything is written, so that a wrong one keeps nobody waiting for the
    database. A result that is known already changes nothing; one that contradicts it is a fault.

    Args:
        path: a CSV file in the dialect of the deliveries.
        now: when, aware.
        conclude: writes what belongs to the import.
        released: who let it in, if somebody did.
        most_rows: how many lines it may have, any number when left out.

    Returns:
        What was done; with faults, nothing was.

    Raises:
        AlreadyRunning: when another import of results runs.
        OSError: when the file cannot be read.

    """
    with only_one("results"):
        report = check_results(path, most_rows=most_rows)
        if report.outcomes and not report.fault_count:
            report = _settle_all(path, now, conclude, released)
    return report


def _settle_all(
    path: Path, now: dt.datetime, conclude: Conclude | None = None, released: Release | None = None
) -> ResultsReport:
    """Read the file once more and settle in one transaction; if it has faults by now, nothing is."""
    report = ResultsReport(file=path.name)
    by = replace(ERP, released_by=released.released_by) if released else ERP
    with transaction.atomic(durable=True):
        for result, submission in _news_of(path, report):
            settle_any(submission, outcome=result.outcome, reason=result.reason, now=now, by=by)
        counts = {"accepted": report.accepted, "rejected": report.rejected, "known": report.known}
        record(
            "erp.results_imported",
            actor="erp",
            now=now,
            subject=path.name[:80],
            details={**counts, **details_of(released)},
        )
        if report.fault_count:
            transaction.set_rollback(True)
        elif conclude is not None:
            conclude(report)
    return report


def _news_of(
    path: Path, report: ResultsReport, most_rows: int | None = None
) -> Iterator[tuple[Result, Submission]]:
    """Yield the results that are not known yet with their submissions, and report everything else."""
    results = _read(path, report, most_rows)
    while batch := list(islice(results, _ROWS_AT_A_TIME)):
        numbers = [(parse_reference(result.reference) or (0, 0))[1] for result in batch]
        found = {each.reference: each for each in Submission.objects.filter(pk__in=numbers)}
        for result in batch:
            submission = found.get(result.reference)
            if submission is None:
                report.blame(result, "vorgang", result.reference, _("Diesen Vorgang gibt es nicht."))
            elif _is_new(result, submission, report):
                report.count(result)
                yield result, submission


def _is_new(result: Result, submission: Submission, report: ResultsReport) -> bool:
    """Tell whether a result is news; count one that is known, blame one that cannot be."""
    known = report.outcomes.get(result.reference) or _SETTLED.get(submission.status)
    if known is None and submission.status != Submission.Status.EXPORTED:
        report.blame(result, "vorgang", result.reference, _("Der Vorgang wurde nie übergeben."))
    elif known == result.outcome:
        report.known += 1
    elif known is not None:
        told = _("%(reference)s hat schon das Ergebnis „%(known)s“.")
        words = {"reference": result.reference, "known": _word_of(known)}
        report.blame(result, "ergebnis", _word_of(result.outcome), told % words)
    else:
        return True
    return False


def _word_of(outcome: Outcome) -> str:
    return next(word for word, each in WORDS.items() if each == outcome)


def _read(path: Path, report: ResultsReport, most_rows: int | None) -> Iterator[Result]:
    """Yield the good rows of the file and report the others."""
    for number, (reference, outcome, reason) in read_rows(
        lambda: path.open("rb"), RESULTS, name=report.file, report=report, most_rows=most_rows
    ):
        yield Result(number, str(reference), cast("Outcome", outcome), str(reason))
