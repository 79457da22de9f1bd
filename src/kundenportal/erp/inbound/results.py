"""Outcomes from the billing system: ``vorgang;ergebnis;grund`` in, submissions settled."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol, cast

from django.db import transaction
from django.utils.translation import gettext as _

from kundenportal.audit.services import record
from kundenportal.core.references import format_reference, parse_reference
from kundenportal.erp.inbound.dialect import UnreadableText, detect_encoding, is_blank, line_blocks
from kundenportal.erp.inbound.formats import Column, FileSpec
from kundenportal.erp.inbound.report import FaultReport
from kundenportal.erp.inbound.rows import BadFields, HeaderRefused, RowParser
from kundenportal.erp.inbound.values import BadValue, choice, text
from kundenportal.metering.services import NotSettleable, settle_reading_submission
from kundenportal.submissions.models import Submission

Outcome = Literal["accepted", "rejected"]
_ROWS_AT_A_TIME = 500


class Settle(Protocol):
    """Settles one submission in the caller's transaction; the same outcome twice changes nothing."""

    def __call__(self, submission: Submission, *, outcome: Outcome, reason: str, now: dt.datetime) -> None:
        """Settle it."""


SETTLE: Mapping[str, Settle] = {Submission.Kind.METER_READING: settle_reading_submission}
"""Who settles which kind of submission."""

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
        Column("ergebnis", choice({"uebernommen": "accepted", "abgelehnt": "rejected"}), is_required=True),
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


def import_results(path: Path, *, now: dt.datetime) -> ResultsReport:
    """Settle the submissions a file tells the outcome of: all of them, or none when any row is wrong.

    A result that is known already changes nothing; one that contradicts it is a fault.

    Args:
        path: a CSV file in the dialect of the deliveries.
        now: when, aware.

    Returns:
        What was done; with faults, nothing was.

    Raises:
        OSError: when the file cannot be read.

    """
    report = ResultsReport(file=path.name)
    with transaction.atomic(durable=True):
        results = _read(path, report)
        while batch := list(islice(results, _ROWS_AT_A_TIME)):
            _settle_batch(batch, report, now)
        if report.fault_count:
            transaction.set_rollback(True)
        elif report.accepted or report.rejected:
            counts = {"accepted": report.accepted, "rejected": report.rejected, "known": report.known}
            record("erp.results_imported", actor="erp", now=now, subject=path.name[:80], details=counts)
    return report


def _read(path: Path, report: ResultsReport) -> Iterator[Result]:
    """Yield the good rows of the file and report the others."""
    parser: RowParser | None = None
    number = 0
    try:
        with path.open("rb") as stream:
            encoding = detect_encoding(stream)
        with path.open("rb") as stream:
            for number, line in _numbered(line_blocks(stream, encoding)):
                if parser is None:
                    parser = RowParser(RESULTS, line)
                elif result := _row(parser, line, number, report):
                    yield result
        if parser is None:
            report.add(path.name, 0, "", "", _("Die Datei ist leer."))
    except UnreadableText as error:
        report.add(path.name, error.line, "", "", error.reason)
    except HeaderRefused as error:
        report.add(path.name, number, "", "", str(error))


def _numbered(blocks: Iterator[list[bytes]]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers."""
    number = 0
    for lines in blocks:
        for line in lines:
            number += 1
            if not is_blank(line):
                yield number, line


def _row(parser: RowParser, line: bytes, number: int, report: ResultsReport) -> Result | None:
    try:
        reference, outcome, reason = parser.parse(line)
    except BadFields as error:
        for fault in error.faults:
            report.add(report.file, number, fault.column, fault.value, fault.reason)
        return None
    return Result(number, str(reference), cast("Outcome", outcome), str(reason))


def _settle_batch(batch: list[Result], report: ResultsReport, now: dt.datetime) -> None:
    numbers = [(parse_reference(result.reference) or (0, 0))[1] for result in batch]
    found = {submission.reference: submission for submission in Submission.objects.filter(pk__in=numbers)}
    for result in batch:
        submission = found.get(result.reference)
        if submission is None:
            report.blame(result, "vorgang", result.reference, _("Diesen Vorgang gibt es nicht."))
        elif _is_new(result, submission, report):
            _settle(result, submission, report, now)


def _is_new(result: Result, submission: Submission, report: ResultsReport) -> bool:
    """Tell whether a result is news; count one that is known, blame one that contradicts."""
    known = report.outcomes.get(result.reference) or _SETTLED.get(submission.status)
    if known is None:
        return True
    if known == result.outcome:
        report.known += 1
    else:
        contradiction = _("Der Vorgang hat schon ein anderes Ergebnis.")
        report.blame(result, "ergebnis", result.reference, contradiction)
    return False


def _settle(result: Result, submission: Submission, report: ResultsReport, now: dt.datetime) -> None:
    settle: Callable[..., None] = SETTLE[submission.kind]
    try:
        settle(submission, outcome=result.outcome, reason=result.reason, now=now)
    except NotSettleable:
        never_left = _("Der Vorgang wurde nie übergeben.")
        report.blame(result, "vorgang", result.reference, never_left)
        return
    report.outcomes[result.reference] = result.outcome
    if result.outcome == "accepted":
        report.accepted += 1
    else:
        report.rejected += 1
