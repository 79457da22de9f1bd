"""The box that returned mails come into: a Maildir, an mbox file or one mail, read piece by piece."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.conf import settings

from kundenportal.mail_log.reports import MOST_BYTES, UnusableReport, read_report
from kundenportal.mail_log.services import mark_returned

_AT_ONCE = 200
"""How many mails one run of the job takes; others' tasks wait meanwhile."""

log = structlog.get_logger(__name__)


def take_in_bounces(now: dt.datetime) -> int:
    """Read what is new in the Maildir ``KUNDENPORTAL_BOUNCES``, and return how many mails that were.

    Each is moved from ``new`` to ``cur`` with the mark that it was seen, as a mail reader does: nothing is
    lost, and nothing is read twice.
    """
    if not settings.BOUNCES:
        return 0
    box = Path(settings.BOUNCES)
    taken = 0
    for path in sorted((box / "new").iterdir())[:_AT_ONCE]:
        content = _content(path)
        take_in(content, now=now)
        path.rename(box / "cur" / f"{path.name.partition(':')[0]}:2,S")
        taken += 1
    return taken


def take_in(content: bytes, *, now: dt.datetime) -> str:
    """Take one mail in, and return in one word what became of it (``Marked`` or ``Unusable``)."""
    try:
        outcome = mark_returned(read_report(content), now=now).value
    except UnusableReport as error:
        outcome = error.reason.value
    log.info("mail.report", outcome=outcome)
    return outcome


def import_box(path: Path, *, now: dt.datetime) -> Counter[str]:
    """Take in all mails of a Maildir, an mbox file or a file with one mail, and leave them where they are.

    Args:
        path: where they are.
        now: when, aware.

    Returns:
        How many came out which way.

    Raises:
        OSError: when it cannot be read.

    """
    return Counter(take_in(content, now=now) for content in _contents(path))


def _contents(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        for folder in ("new", "cur"):
            for each in sorted((path / folder).iterdir()):
                yield _content(each)
        return
    yield from _mails_of(path)


def _mails_of(path: Path) -> Iterator[bytes]:
    """Yield the mails of an mbox file: each begins with a line "From " behind an empty one, or with the file.

    A mail that is too large is cut, so that it is refused later and fills no memory.
    """
    lines: list[bytes] = []
    size, is_after_blank = 0, True
    with path.open("rb") as stream:
        while line := stream.readline(MOST_BYTES):
            if is_after_blank and line.startswith(b"From ") and lines:
                yield b"".join(lines)
                lines, size = [], 0
            elif not (line.startswith(b"From ") and not lines) and size <= MOST_BYTES:
                lines.append(line)
                size += len(line)
            is_after_blank = not line.strip()
    if lines:
        yield b"".join(lines)


def _content(path: Path) -> bytes:
    """Return the begin of a file: one byte more than a report may have tells that it is too large."""
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)
