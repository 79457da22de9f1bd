"""What an import of documents found and did, as German text or JSON."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kundenportal.core.german_numbers import format_number
from kundenportal.documents.checks import MAX_PAGES, Checked
from kundenportal.documents.deliveries import Described
from kundenportal.erp.inbound.files import DOCUMENTS
from kundenportal.erp.inbound.report import FaultReport
from kundenportal.files.accepted import FileRefusal
from kundenportal.files.pdf import ActiveContent

_MOST_QUARANTINED_LISTED = 1000
_MOST_REHEARSED_LISTED = 50


@dataclass(frozen=True)
class Quarantined:
    """A document that waits for somebody to look at it."""

    line: int
    erp_id: str
    customer_number: str
    reason: str

    def sentence(self) -> str:
        """Return it as one German line."""
        where = _("%(file)s, Zeile %(line)d") % {"file": DOCUMENTS.name, "line": self.line}
        return f"{where}: {self.erp_id}, {self.customer_number} – {self.reason}"


@dataclass(frozen=True)
class Rehearsed:
    """A document that a customer would see, and what he would read of it; ``date`` is ISO."""

    customer_number: str
    kind: str
    title: str
    date: str


@dataclass
class DocumentReport(FaultReport):
    """Everything an import of documents has to tell.

    ``refusal`` says why nothing at all was imported.
    """

    source: str = ""
    is_dry_run: bool = False
    sha256: str = ""
    new: int = 0
    replaced: int = 0
    amended: int = 0
    unchanged: int = 0
    quarantined: int = 0
    waiting: int = 0
    listed: list[Quarantined] = field(default_factory=list)
    rehearsed: list[Rehearsed] = field(default_factory=list)
    refusal: str = ""

    def blame(self, line: int, column: str, value: str, reason: str) -> None:
        """Report a fault of a row; its document is not imported."""
        self.add(DOCUMENTS.name, line, column, value, reason)

    def quarantine(self, line: int, erp_id: str, customer_number: str, checked: Checked) -> None:
        """Count a document that goes into quarantine, and list it."""
        self.quarantined += 1
        if len(self.listed) < _MOST_QUARANTINED_LISTED:
            self.listed.append(Quarantined(line, erp_id, customer_number, _why_quarantined(checked)))

    def rehearse(self, described: Described, customer_number: str) -> None:
        """List what a dry run would file for its customer, the first of it: who releases it has to see it."""
        if len(self.rehearsed) < _MOST_REHEARSED_LISTED:
            date = described.document_date.isoformat()
            self.rehearsed.append(Rehearsed(customer_number, described.kind.value, described.title, date))

    @property
    def needs_somebody(self) -> bool:
        """Whether anything was refused or waits in quarantine."""
        return bool(self.refusal or self.fault_count or self.quarantined or self.waiting)

    def counts(self) -> dict[str, int]:
        """Return how many documents went which way, those of faulty rows left out."""
        names = ("new", "replaced", "amended", "unchanged", "quarantined", "waiting")
        return {name: getattr(self, name) for name in names}

    def as_json(self) -> dict[str, Any]:
        """Return the report for machines; what was rehearsed is for whoever releases an upload alone."""
        return {
            "source": self.source,
            "sha256": self.sha256,
            "dry_run": self.is_dry_run,
            "refusal": self.refusal,
            **self.counts(),
            "notes": self.notes,
            "in_quarantine": [vars(each) for each in self.listed],
            "error_count": self.fault_count,
            "errors": [vars(fault) for fault in self.sorted_faults()],
        }

    def as_text(self) -> str:
        """Return the report for people, in German."""
        lines = [_("Lieferung: %(source)s") % {"source": self.source}]
        if self.refusal:
            return "\n".join([*lines, "", self.refusal, _("Abgelehnt: Nichts wurde geändert.")])
        lines += [f"SHA-256: {self.sha256}"]
        lines += [_("Hinweis: %(note)s") % {"note": note} for note in self.notes]
        lines += ["", *self._counted()]
        if self.listed:
            lines += [
                "",
                _("In Quarantäne, bis jemand sie freigibt:"),
                *(each.sentence() for each in self.listed),
            ]
        if self.fault_count:
            lines += ["", _("Nicht eingelesen:"), *self.fault_lines()]
        done = _("Probelauf: Nichts wurde geändert.") if self.is_dry_run else _("Fertig.")
        return "\n".join([*lines, "", done])

    def _counted(self) -> list[str]:
        words = {
            "new": _("neu"),
            "replaced": _("neue Fassung"),
            "amended": _("Angaben geändert"),
            "unchanged": _("unverändert"),
            "quarantined": _("in Quarantäne"),
            "waiting": _("schon in Quarantäne"),
        }
        counts = {words[name]: format_number(count) for name, count in self.counts().items()}
        wide, high = max(map(len, counts)), max(map(len, counts.values()))
        return [f"{word.ljust(wide)}  {count.rjust(high)}" for word, count in counts.items()]


def why_refused(reason: FileRefusal | ActiveContent) -> str:
    """Return why a file is not filed, as a German sentence."""
    return {
        FileRefusal.EMPTY: _("Die Datei ist leer."),
        FileRefusal.TOO_LARGE: _("Die Datei ist zu groß."),
        FileRefusal.UNKNOWN_FORMAT: _("Die Datei ist kein PDF."),
        FileRefusal.DAMAGED: _("Die Datei ist beschädigt."),
        FileRefusal.ENCRYPTED: _("Die Datei ist verschlüsselt."),
        FileRefusal.NO_PAGES: _("Die Datei hat keine Seiten."),
        FileRefusal.TOO_MANY_PAGES: _("Die Datei hat mehr als %(most)d Seiten.") % {"most": MAX_PAGES},
        ActiveContent.JAVASCRIPT: _("Die Datei enthält JavaScript."),
        ActiveContent.LAUNCH: _("Die Datei startet ein Programm."),
        ActiveContent.EMBEDDED_FILE: _("Die Datei enthält eine eingebettete Datei."),
        ActiveContent.OPENS_ADDRESS: _("Die Datei öffnet von selbst eine Adresse."),
        ActiveContent.FORM_PROGRAM: _("Die Datei enthält ein XFA-Formular."),
        ActiveContent.MEDIA: _("Die Datei enthält Ton oder Film."),
        ActiveContent.SENDS_DATA: _("Die Datei versendet Daten."),
    }[reason]


def _why_quarantined(checked: Checked) -> str:
    if not checked.has_text:
        return _("Das Dokument enthält keinen lesbaren Text.")
    if checked.other_numbers:
        numbers = ", ".join(checked.other_numbers)
        return _("Im Text steht eine andere Kundennummer: %(numbers)s.") % {"numbers": numbers}
    return _("Die Kundennummer steht nicht im Text.")
