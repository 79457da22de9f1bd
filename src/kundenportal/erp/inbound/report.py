"""What an import found and did: collected while it runs, shown as text or JSON."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kundenportal.core.german_numbers import format_number

MAX_LISTED = 1000
"""Faults listed of one file; all are counted. A wrong export is wrong in every row."""
_MAX_VALUE = 80
_IBAN_LIKE = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]){10,30}\b", re.IGNORECASE)
_LOCATION_COLUMNS = frozenset({"marktlokation", "messlokation"})


@dataclass(frozen=True)
class RowFault:
    """One thing wrong in a file; line 0 is the file itself."""

    file: str
    line: int
    column: str
    value: str
    reason: str

    def sentence(self) -> str:
        """Return the fault as one German line."""
        places = [self.file]
        if self.line:
            places.append(_("Zeile %(line)d") % {"line": self.line})
        if self.column:
            places.append(_("Spalte %(column)s") % {"column": self.column})
        value = f"„{self.value}“ – " if self.value else ""
        return f"{', '.join(places)}: {value}{self.reason}"


@dataclass
class Changes:
    """How many rows of a file are new, changed, ended (or removed) and unchanged."""

    new: int = 0
    changed: int = 0
    ended: int = 0
    unchanged: int = 0


@dataclass
class FaultReport:
    """The faults of one or more files: all counted, the first of each file listed; and what else is odd."""

    faults: list[RowFault] = field(default_factory=list)
    fault_counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, file: str, line: int, column: str, value: object, reason: str) -> None:
        """Count a fault, and list it while the file's list is not full. IBANs are masked."""
        self.fault_counts[file] += 1
        if self.fault_counts[file] <= MAX_LISTED:
            self.faults.append(RowFault(file, line, column, shown(value, column), reason))

    def count_more(self, file: str, count: int) -> None:
        """Count faults that are not listed."""
        self.fault_counts[file] += count

    def room(self, file: str) -> int:
        """Return how many faults of a file can still be listed."""
        return max(0, MAX_LISTED - self.fault_counts[file])

    @property
    def fault_count(self) -> int:
        """How many faults there are, listed or not."""
        return self.fault_counts.total()

    def sorted_faults(self) -> list[RowFault]:
        """Return the listed faults by file and line."""
        return sorted(self.faults, key=lambda fault: (fault.file, fault.line))

    def fault_lines(self) -> list[str]:
        """Return the faults as lines of German text, and their number."""
        lines = [fault.sentence() for fault in self.sorted_faults()]
        for file, count in self.fault_counts.items():
            if count > MAX_LISTED:
                more = _("%(file)s: %(count)s weitere Fehler sind nicht aufgeführt.")
                lines.append(more % {"file": file, "count": format_number(count - MAX_LISTED)})
        if self.fault_count:
            lines += ["", _("%(count)s Fehler.") % {"count": format_number(self.fault_count)}]
        return lines


@dataclass
class Report(FaultReport):
    """Everything an import of master data has to tell.

    ``active`` is how many rows of each file the portal had before, ``ended_lately`` how many ended with this
    delivery and those of the days before (``losses``), ``losses`` names the files of which too
    many would end, whether or not that refuses the delivery, and ``renamed_customers`` counts those whose
    name or contact e-mail is another now.
    """

    source: str = ""
    is_dry_run: bool = False
    sha256: str = ""
    changes: dict[str, Changes] = field(default_factory=dict)
    documents: int | None = None
    refusals: list[str] = field(default_factory=list)
    active: dict[str, int] = field(default_factory=dict)
    ended_lately: dict[str, int] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)
    renamed_customers: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether the delivery must not be imported."""
        return bool(self.refusals or self.fault_count)

    def as_json(self) -> dict[str, Any]:
        """Return the report for machines."""
        return {
            "source": self.source,
            "sha256": self.sha256,
            "dry_run": self.is_dry_run,
            "imported": not (self.is_refused or self.is_dry_run),
            "refused": self.is_refused,
            "files": {name: vars(changes) for name, changes in self.changes.items()},
            "active": self.active,
            "ended_lately": self.ended_lately,
            "losses": self.losses,
            "renamed_customers": self.renamed_customers,
            "documents_checked": self.documents,
            "notes": self.notes,
            "refusals": self.refusals,
            "error_count": self.fault_count,
            "errors": [vars(fault) for fault in self.sorted_faults()],
        }

    def as_text(self) -> str:
        """Return the report for people, in German."""
        lines = [_("Lieferung: %(source)s") % {"source": self.source}]
        if self.sha256:
            lines.append(f"SHA-256: {self.sha256}")
        lines += [_("Hinweis: %(note)s") % {"note": note} for note in self.notes]
        if self.changes and not self.fault_count:
            lines += ["", *self._table()]
        if self.is_refused:
            refused = _("Abgelehnt: Nichts wurde geändert.")
            return "\n".join([*lines, "", *self.refusals, *self.fault_lines(), refused])
        if self.documents is not None:
            lines.append(
                _("dokumente.csv: %(count)s Zeilen geprüft; eingelesen wird sie mit import_documents.")
                % {"count": format_number(self.documents)}
            )
        done = _("Probelauf: Nichts wurde geändert.") if self.is_dry_run else _("Eingelesen.")
        return "\n".join([*lines, "", done])

    def _table(self) -> list[str]:
        """Return the changes as aligned columns."""
        heads = [_("neu"), _("geändert"), _("beendet"), _("unverändert")]
        if self.is_dry_run or self.is_refused:
            heads = [_("würde %(head)s") % {"head": head} for head in heads[:3]] + heads[3:]
        rows = [[name, *_numbers(changes)] for name, changes in self.changes.items()]
        widths = [max(len(row[place]) for row in [["", *heads], *rows]) for place in range(5)]
        return [
            "  ".join(
                [cells[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True))]
            )
            for cells in [["", *heads], *rows]
        ]


def _numbers(changes: Changes) -> list[str]:
    counts = (changes.new, changes.changed, changes.ended, changes.unchanged)
    return [format_number(count) for count in counts]


def shown(value: object, column: str = "") -> str:
    """Return a value as a report may show it: short, without control characters, IBANs masked.

    An IBAN is masked wherever it stands, for columns get mixed up; only metering locations, which look
    like one, are shown in their own column.
    """
    text = "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in str(value))
    if column == "iban":
        text = _masked(text)
    elif column not in _LOCATION_COLUMNS:
        text = _IBAN_LIKE.sub(lambda found: _masked(found[0]), text)
    return text if len(text) <= _MAX_VALUE else f"{text[: _MAX_VALUE - 1]}…"


def _masked(text: str) -> str:
    """Return the ends of an IBAN, ``DE•• •••• 4711`` (product.md ruling 14); what is short is no IBAN."""
    letters = text.replace(" ", "")
    return f"{letters[:2]}•• •••• {letters[-4:]}" if len(letters) > 10 else text
