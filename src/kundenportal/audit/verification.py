"""Walking the chain of the audit trail: whether every entry is there, in its place and as it was written.

Found are entries that were changed, taken away, slipped in, moved or swapped, a chain that was cut short, a
chain that was made anew by somebody who has the key, and a database that was put back to an older state; the
last three by the checkpoints outside of the database (``audit.checkpoints``). Not found are an entry that was
deleted before it was sealed, within a second or two, a cut at the end before the next checkpoint, within
a minute, and a second copy of a genuine entry, mark and all, that is sealed like any other: it cannot say
anything that was not done, only that it was done twice at the same moment.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Max, Min

from kundenportal.audit.checkpoints import noted_checkpoints
from kundenportal.audit.content import is_at_its_place, is_genuine
from kundenportal.audit.models import AuditChain, AuditEntry
from kundenportal.audit.sealing import unsealed_entries

AT_A_TIME = 2000
"""Entries that are read at a time."""

_UNSEALED_LOOKED_AT = 10_000


class TrailFault(StrEnum):
    """What is wrong with an entry, or with the chain's end."""

    MISSING = "missing"
    CHANGED = "changed"
    MOVED = "moved"
    REPLACED = "replaced"
    CUT_SHORT = "cut_short"
    ADDED = "added"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class ChainPlace:
    """A place in the chain: the number of the last entry that fitted, and its seal."""

    number: int = 0
    seal: str = ""


@dataclass(frozen=True)
class BrokenEntry:
    """The first entry that does not fit.

    Attributes:
        fault: what is wrong.
        number: its place in the chain; None when it has none yet.
        entry: its id; None when it is not there.

    """

    fault: TrailFault
    number: int | None
    entry: int | None = None


@dataclass(frozen=True)
class Unsealed:
    """Entries that are committed, but not in the chain yet: how many, and since when the oldest waits."""

    count: int
    oldest_at: dt.datetime | None


@dataclass(frozen=True)
class Walked:
    """How far a walk came, and what is broken there, if anything."""

    place: ChainPlace
    broken: BrokenEntry | None


def chain_end() -> ChainPlace:
    """Return where the chain ends now."""
    chain = AuditChain.objects.filter(pk=1).first() or AuditChain()
    return ChainPlace(chain.length, chain.last_seal)


def unsealed() -> Unsealed:
    """Return what waits to be sealed."""
    waiting = unsealed_entries()
    return Unsealed(waiting.count(), waiting.order_by().aggregate(oldest=Min("at"))["oldest"])


def walk(place: ChainPlace, *, up_to: int, checkpoints: Mapping[int, str]) -> Walked:
    """Check the next entries after a place, ``AT_A_TIME`` at most, and return how far that came.

    Args:
        place: where the walk came to.
        up_to: the number of the last entry.
        checkpoints: the seals noted outside of the database, by number.

    """
    entries = AuditEntry.objects.filter(number__gt=place.number, number__lte=up_to).order_by("number")
    for entry in entries[:AT_A_TIME]:
        if fault := _fault_of(entry, place, checkpoints):
            number = place.number + 1
            is_there = fault is not TrailFault.MISSING
            return Walked(place, BrokenEntry(fault, number, entry.pk if is_there else None))
        assert entry.number is not None, "only sealed entries are walked"
        place = ChainPlace(entry.number, entry.seal)
    return Walked(place, None)


def broken_at_the_end(place: ChainPlace, *, up_to: int, checkpoints: Mapping[int, str]) -> BrokenEntry | None:
    """Return what is wrong after the last entry that a walk reached, if anything.

    Args:
        place: where the walk came to, and no further.
        up_to: where the chain ended when the walk began.
        checkpoints: the seals noted outside of the database, by number.

    """
    # In this order: the job that adds numbers moves the end in the same transaction.
    highest = AuditEntry.objects.aggregate(highest=Max("number"))["highest"] or 0
    end = chain_end()
    is_end_moved = end.number == place.number and end.seal != place.seal
    if place.number < up_to or end.number < max([up_to, *checkpoints]) or is_end_moved:
        return BrokenEntry(TrailFault.CUT_SHORT, place.number + 1)
    if highest > end.number:
        return BrokenEntry(TrailFault.ADDED, highest)
    for entry in unsealed_entries()[:_UNSEALED_LOOKED_AT].iterator(AT_A_TIME):
        if not is_genuine(entry):
            return BrokenEntry(TrailFault.FOREIGN, None, entry.pk)
    return None


def verify_trail() -> tuple[Walked, Unsealed]:
    """Walk the whole chain, and tell the first entry that does not fit, and what is not sealed yet."""
    up_to, checkpoints = chain_end().number, noted_checkpoints()
    walked = Walked(ChainPlace(), None)
    while walked.broken is None and walked.place.number < up_to:
        before = walked.place
        walked = walk(before, up_to=up_to, checkpoints=checkpoints)
        if walked.place == before:
            break
    if walked.broken is None:
        broken = broken_at_the_end(walked.place, up_to=up_to, checkpoints=checkpoints)
        walked = Walked(walked.place, broken)
    return walked, unsealed()


def _fault_of(entry: AuditEntry, place: ChainPlace, checkpoints: Mapping[int, str]) -> TrailFault | None:
    if entry.number != place.number + 1:
        return TrailFault.MISSING
    if not is_genuine(entry):
        return TrailFault.CHANGED
    if not is_at_its_place(entry, place.seal):
        return TrailFault.MOVED
    is_noted = checkpoints.get(entry.number, entry.seal) == entry.seal
    return None if is_noted else TrailFault.REPLACED
