"""Uploaded deliveries as the back office shows them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.customers.models import Customer
from kundenportal.documents.models import Document, DocumentBatch

State = DocumentBatch.State

TONES: Mapping[str, str] = {
    State.AWAITING_RELEASE: "warn",
    State.DONE: "ok",
    State.REFUSED: "fehler",
    State.STOPPED: "still",
}

_WORDS: Mapping[str, str | Promise] = {
    "new": _("neu"),
    "replaced": _("neue Fassung"),
    "amended": _("Angaben geändert"),
    "unchanged": _("schon da und gleich"),
    "quarantined": _("nennt seinen Kunden nicht"),
    "waiting": _("wartet schon"),
    "unmatched": _("ohne Kunden"),
    "error_count": _("nicht angenommen"),
}


@dataclass(frozen=True)
class Count:
    """How many documents went one way, and its word."""

    words: str | Promise
    count: int
    is_doubtful: bool


def tone_of(batch: DocumentBatch) -> str:
    """Return the colour of a delivery's state; its word always stands beside it."""
    return TONES.get(batch.state, "neu")


@dataclass(frozen=True)
class BatchRow:
    """A delivery as the list shows it."""

    batch: DocumentBatch
    tone: str


def batch_rows(batches: Iterable[DocumentBatch]) -> list[BatchRow]:
    """Return deliveries as lines of the list; no query."""
    return [BatchRow(batch, tone_of(batch)) for batch in batches]


def counts_of(batch: DocumentBatch) -> list[Count]:
    """Return how many documents went which way, without ways that none went."""
    doubtful = {"quarantined", "unmatched", "error_count", "waiting"}
    return [
        Count(words, batch.report[name], name in doubtful)
        for name, words in _WORDS.items()
        if batch.report.get(name)
    ]


@dataclass(frozen=True)
class RehearsedRow:
    """A document that would be filed: for whom (None if he is gone), and what he would read."""

    customer: Customer | None
    customer_number: str
    kind: str | Promise
    title: str
    date: dt.date


def rehearsed_rows(batch: DocumentBatch) -> list[RehearsedRow]:
    """Return the first documents that a release would file, as the check found them; one query."""
    told = batch.report.get("rehearsed", [])
    customers = Customer.objects.filter(customer_number__in={each["customer_number"] for each in told})
    by_number = {customer.customer_number: customer for customer in customers}
    return [
        RehearsedRow(
            by_number.get(each["customer_number"]),
            each["customer_number"],
            Document.Kind(each["kind"]).label,
            each["title"],
            dt.date.fromisoformat(each["date"]),
        )
        for each in told
    ]


def share_done(batch: DocumentBatch) -> int:
    """Return how far the present step is, in percent."""
    return min(100, 100 * batch.done // batch.total) if batch.total else 0
