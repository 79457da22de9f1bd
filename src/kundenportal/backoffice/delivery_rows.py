"""Deliveries and batches as their pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundenportal.audit.models import AuditEntry
from kundenportal.casework.selectors import names_of
from kundenportal.core.german_numbers import format_number
from kundenportal.erp.models import Delivery
from kundenportal.erp.outbound.selectors import downloads_of
from kundenportal.submissions.models import ExportBatch

Status, Kind = Delivery.Status, Delivery.Kind

TONES: Mapping[str, str] = {
    Status.WAITING: "neu",
    Status.CHECKING: "neu",
    Status.CHECKED: "warn",
    Status.RELEASED: "neu",
    Status.IMPORTING: "neu",
    Status.IMPORTED: "ok",
    Status.REFUSED: "fehler",
    Status.REJECTED: "still",
    Status.EXPIRED: "still",
    Status.FAILED: "fehler",
}
"""The colour of each status; its word always stands beside it."""

ICONS: Mapping[str, str] = {
    Kind.UNKNOWN: "files",
    Kind.MASTER_DATA: "users",
    Kind.DOCUMENTS: "file-text",
    Kind.RESULTS: "circle-check",
}

Told = TypeVar("Told")

FILE_WORDS: Mapping[str, str | Promise] = {
    "kunden.csv": gettext_lazy("Kunden"),
    "verbrauchsstellen.csv": gettext_lazy("Verbrauchsstellen"),
    "zaehler.csv": gettext_lazy("Zähler"),
    "zaehlwerke.csv": gettext_lazy("Zählwerke"),
    "ablesungen.csv": gettext_lazy("Ablesungen"),
    "abschlaege.csv": gettext_lazy("Abschläge"),
}
"""What the rows of each file of a delivery are."""

BATCH_WORDS: Mapping[str, str | Promise] = {
    "zaehlerstaende": gettext_lazy("Zählerstände"),
    "abschlaege": gettext_lazy("Abschläge"),
    "adressen": gettext_lazy("Rechnungsadressen"),
    "bankverbindungen": gettext_lazy("Bankverbindungen"),
    "anfragen": gettext_lazy("Nachrichten"),
}
"""What the rows of each file of a batch are."""


@dataclass(frozen=True)
class DeliveryRow:
    """One line of the list of deliveries."""

    delivery: Delivery
    icon: str
    tone: str
    summary: str
    duration: str


@dataclass(frozen=True)
class FileRow:
    """What becomes of the rows of one file; ``ended_lately`` counts those of the last days, too."""

    name: str
    words: str | Promise
    new: int
    changed: int
    ended: int
    unchanged: int
    ended_share: str
    is_loss: bool
    ended_lately: int


@dataclass(frozen=True)
class BatchRow:
    """One line of the list of batches."""

    batch: ExportBatch
    files: list[tuple[str | Promise, int]]
    downloads: list[str]
    last_download: AuditEntry | None


def delivery_rows(deliveries: Sequence[Delivery]) -> list[DeliveryRow]:
    """Return deliveries as the list shows them."""
    return [
        DeliveryRow(each, ICONS[each.kind], TONES[each.status], summary_of(each), duration_of(each))
        for each in deliveries
    ]


def summary_of(delivery: Delivery) -> str:
    """Return in a few words what a delivery brings or has brought, or what is wrong with it."""
    report = delivery.report
    if delivery.fault_count and delivery.status == Status.REFUSED:
        return _faults(delivery.fault_count)
    if refusals := report.get("refusals"):
        return str(refusals[0])
    if delivery.kind == Kind.RESULTS and "accepted" in report:
        counts = [(report["accepted"], _("übernommen")), (report["rejected"], _("abgelehnt"))]
        return _joined([*counts, (report["known"], _("schon bekannt"))])
    if delivery.kind == Kind.DOCUMENTS and "new" in report:
        told = [(report["new"], _("neu")), (report["replaced"], _("neue Fassung"))]
        told += [(report["quarantined"] + report["waiting"], _("in Quarantäne"))]
        return _joined([*told, (delivery.fault_count, _("fehlerhaft"))])
    if files := report.get("files"):
        words = (("new", _("neu")), ("changed", _("geändert")), ("ended", _("beendet")))
        return _joined([(sum(each[key] for each in files.values()), word) for key, word in words])
    return ""


def duration_of(delivery: Delivery) -> str:
    """Return how long the last work on a delivery took: ``8 Sek.``, ``2 Min. 5 Sek.``."""
    if delivery.seconds is None:
        return ""
    minutes, seconds = divmod(max(1, round(delivery.seconds)), 60)
    if not minutes:
        return _("%(seconds)d Sek.") % {"seconds": seconds}
    return _("%(minutes)d Min. %(seconds)d Sek.") % {"minutes": minutes, "seconds": seconds}


def file_rows(delivery: Delivery) -> list[FileRow]:
    """Return what becomes of the rows of each file of a delivery of master data."""
    report = delivery.report
    active, losses = report.get("active", {}), report.get("losses", [])
    lately = report.get("ended_lately", {})
    return [
        FileRow(
            name,
            FILE_WORDS.get(name, name),
            **changes,
            ended_share=_share(changes["ended"], active.get(name, 0)),
            is_loss=name in losses,
            ended_lately=lately.get(name, 0),
        )
        for name, changes in _in_order(report.get("files", {}), FILE_WORDS)
    ]


def batch_rows(batches: Sequence[ExportBatch]) -> list[BatchRow]:
    """Return batches as the list shows them; two queries."""
    entries = downloads_of(batches)
    names = names_of({entry.actor for entry in entries})
    return [
        BatchRow(
            batch,
            _counts_of(batch),
            list(dict.fromkeys(names.get(each.actor, each.actor) for each in own)),
            own[0] if own else None,
        )
        for batch in batches
        for own in [[entry for entry in entries if entry.subject == str(batch)]]
    ]


def _counts_of(batch: ExportBatch) -> list[tuple[str | Promise, int]]:
    rows = {name.partition(".")[0]: int(told["rows"]) for name, told in batch.files.items()}
    return [(BATCH_WORDS.get(stem, stem), count) for stem, count in _in_order(rows, BATCH_WORDS)]


def _in_order(told: Mapping[str, Told], words: Mapping[str, str | Promise]) -> list[tuple[str, Told]]:
    """Return what is told of files in the order of their words: PostgreSQL keeps names by their length."""
    places = {name: place for place, name in enumerate(words)}
    return sorted(told.items(), key=lambda each: places.get(each[0], len(places)))


def _faults(count: int) -> str:
    return ngettext("%(count)s Fehler", "%(count)s Fehler", count) % {"count": format_number(count)}


def _joined(counts: Sequence[tuple[int, str]]) -> str:
    """Return counts with their words, those of nothing left out: ``12 neu, 3 geändert``."""
    told = [f"{format_number(count)} {word}" for count, word in counts if count]
    return ", ".join(told) or _("nichts Neues")


def _share(part: int, whole: int) -> str:
    """Return a share in per cent, to one decimal: ``0,4 %``; nothing where nothing is or was."""
    if not part or not whole:
        return ""
    return f"{format_number(Decimal(part) * 100 / whole, 1)}\N{NO-BREAK SPACE}%"
