"""Looking through the trail leaves a trace itself: who looked for what, and who took which file away."""

import datetime as dt
import hashlib
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from kundenportal.audit.services import Detail, record

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True)
class Search:
    """What somebody looks for.

    Attributes:
        actor: who looks.
        customer_id: the customer whose entries he looks for, if he chose one.
        details: what else he chose, as he typed it.

    """

    actor: str
    customer_id: int | None
    details: Mapping[str, Detail]


@dataclass(frozen=True)
class Piece:
    """A piece of a file: its bytes, and how many rows are in it."""

    content: bytes
    rows: int


def note_search(search: Search, *, now: dt.datetime) -> None:
    """Write down that somebody looked through the trail."""
    _note("audit.viewed", search, {}, now)


def noted_export(
    pieces: Iterable[Piece], search: Search, *, what: str, clock: Clock
) -> Generator[bytes, None, None]:
    """Yield the bytes of a file that somebody takes away, and write down what he got of it.

    One entry is written before the first byte, one behind the last: rows and SHA-256 of what was sent, or how
    many rows had been when it broke off.

    Args:
        pieces: the file, made while it is sent.
        search: what it holds, and for whom.
        what: what kind of file it is.
        clock: tells the time, aware.

    """
    _note("audit.export_begun", search, {"kind": what}, clock())
    rows, digest, is_complete = 0, hashlib.sha256(), False
    try:
        for piece in pieces:
            yield piece.content
            rows += piece.rows
            digest.update(piece.content)
        is_complete = True
    finally:
        action = "audit.exported" if is_complete else "audit.export_broken_off"
        got: dict[str, Detail] = {"kind": what, "rows": rows, "sha256": digest.hexdigest()}
        _note(action, search, got, clock())


def _note(action: str, search: Search, also: Mapping[str, Detail], now: dt.datetime) -> None:
    with transaction.atomic(durable=True):
        record(
            action,
            actor=search.actor,
            now=now,
            customer_id=search.customer_id,
            details={**search.details, **also},
        )
