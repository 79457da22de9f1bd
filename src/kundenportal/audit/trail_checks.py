"""Checks of the chain that somebody asked for in the back office; each goes on in pieces, in any process."""

import datetime as dt
import time

from django.db import transaction
from django.utils import timezone

from kundenportal.audit.checkpoints import noted_checkpoints
from kundenportal.audit.models import TrailCheck
from kundenportal.audit.services import record
from kundenportal.audit.verification import (
    BrokenEntry,
    ChainPlace,
    broken_at_the_end,
    chain_end,
    unsealed,
    walk,
)

SECONDS_A_RUN = 3.0
"""How long a job runner works on checks before it turns to its other jobs."""

KEPT = 20
"""How many checks are kept."""


def ask_check(*, actor: str, now: dt.datetime) -> TrailCheck:
    """Note that somebody wants the chain checked; while a check is under way, it is that one."""
    if under_way := TrailCheck.objects.filter(finished_at=None).first():
        return under_way
    with transaction.atomic(durable=True):
        check = TrailCheck.objects.create(asked_at=now, asked_by=actor, up_to=chain_end().number)
        record("audit.check_asked", actor=actor, now=now)
        old = TrailCheck.objects.order_by("-pk").values_list("pk", flat=True)[KEPT:]
        TrailCheck.objects.filter(pk__in=list(old)).delete()
    return check


def last_checks(*, limit: int) -> list[TrailCheck]:
    """Return the last checks, the newest first."""
    return list(TrailCheck.objects.order_by("-pk")[:limit])


def go_on_with_checks(now: dt.datetime, *, seconds: float = SECONDS_A_RUN) -> int:  # noqa: ARG001
    """Go on with the check that is under way, for some seconds; return how many entries were checked.

    Where it came to is kept after every piece, so that a process that dies costs one piece. Two processes may
    work on the same piece: the first one's result counts, and the other's is the same.
    """
    check = TrailCheck.objects.filter(finished_at=None).order_by("pk").first()
    if check is None:
        return 0
    begun, first, checkpoints = time.monotonic(), check.number, noted_checkpoints()
    while check.finished_at is None and time.monotonic() - begun < seconds:
        before = check.number
        walked = walk(ChainPlace(before, check.seal), up_to=check.up_to, checkpoints=checkpoints)
        broken = walked.broken
        check.number, check.seal = walked.place.number, walked.place.seal
        if broken is None and (check.number >= check.up_to or check.number == before):
            broken = broken_at_the_end(walked.place, up_to=check.up_to, checkpoints=checkpoints)
            _finish(check, broken)
        elif broken is not None:
            _finish(check, broken)
        unchanged = TrailCheck.objects.filter(pk=check.pk, number=before, finished_at=None)
        if not unchanged.update(**{name: getattr(check, name) for name in _KEPT_FIELDS}):
            break
    return check.number - first


_KEPT_FIELDS = ("number", "seal", "finished_at", "unsealed", "fault", "fault_number", "fault_entry")


def _finish(check: TrailCheck, broken: BrokenEntry | None) -> None:
    # The clock is read here: a check takes longer than the round of jobs that it began in.
    check.finished_at, check.unsealed = timezone.now(), unsealed().count
    if broken is not None:
        check.fault, check.fault_number, check.fault_entry = broken.fault, broken.number, broken.entry
