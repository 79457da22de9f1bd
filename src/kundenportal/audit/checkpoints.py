"""Where the chain ended, noted outside of the database: who cuts its end off there cannot cut it off here.

A line of the file ``audit-checkpoints`` in the data directory, and one of the log, which may be kept on
another machine: ``2026-11-22T11:00:00+00:00 1742 9f86d0…``. A checkpoint says that the entry of this number
carries this seal, from then on and for ever.
"""

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.conf import settings

from kundenportal.audit.models import AuditChain

FILE_NAME = "audit-checkpoints"

_LINE = re.compile(r"\S+ (\d{1,18}) ([0-9a-f]{64})", re.ASCII)
_LINE_BYTES = 160
"""More than a line has."""

log = structlog.get_logger(__name__)


def checkpoint_file() -> Path:
    """Return the file of the checkpoints."""
    return Path(settings.DATA_DIR) / FILE_NAME


def note_checkpoint(now: dt.datetime) -> int:
    """Note where the chain ends, unless the last line says so already; return how many lines were added.

    Nothing is noted of a chain that is shorter than the last line says: an error in the log tells it, until
    somebody has looked (docs/operations.md).
    """
    chain = AuditChain.objects.filter(pk=1).first() or AuditChain()
    noted_length, noted_seal = last_noted()
    if (chain.length, chain.last_seal) == (noted_length, noted_seal):
        return 0
    if chain.length <= noted_length:
        log.error("audit.chain_cut_short", length=chain.length, noted=noted_length)
        return 0
    # A line break stands in front, too, so that a line that a power failure cut spoils no other one.
    line = f"\n{now.astimezone(dt.UTC).isoformat(timespec='seconds')} {chain.length} {chain.last_seal}\n"
    descriptor = os.open(checkpoint_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    log.info("audit.checkpoint", length=chain.length, seal=chain.last_seal)
    return 1


def noted_checkpoints() -> dict[int, str]:
    """Return the seals that were noted, by number; of two for one number the first, which is then broken."""
    noted: dict[int, str] = {}
    for number, seal in _lines():
        noted.setdefault(number, seal)
    return noted


def last_noted() -> tuple[int, str]:
    """Return number and seal of the last checkpoint; zero and nothing when there is none."""
    path = checkpoint_file()
    if not path.exists():
        return 0, ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2 * _LINE_BYTES))
        tail = file.read().decode("ascii", errors="replace")
    found = [match for line in tail.splitlines() if (match := _LINE.fullmatch(line.strip()))]
    return (int(found[-1][1]), found[-1][2]) if found else (0, "")


def _lines() -> Iterator[tuple[int, str]]:
    path = checkpoint_file()
    if not path.exists():
        return
    with path.open(encoding="ascii", errors="replace") as file:
        for line in file:
            if match := _LINE.fullmatch(line.strip()):
                yield int(match[1]), match[2]
