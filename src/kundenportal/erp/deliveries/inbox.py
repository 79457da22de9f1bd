"""The inbox: a directory into which the billing system puts deliveries, and where they are filed away.

A delivery that is complete is moved to ``working/`` under a name of its own, in one step; only what lies
there is known to the database. When it has ended it is moved on to ``done/`` or ``refused/``, with its report
beside it. Whatever step a process is killed at, the next one finds by the places what is left to do.
"""

import datetime as dt
import errno
import json
import os
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.erp.deliveries.taking import plain_file_name
from kundenportal.erp.models import Delivery

WORKING, DONE, REFUSED = "working", "done", "refused"
MARKER = "fertig"
"""A file of this name in a directory says that the delivery is complete."""

FILE_STILL_FOR = dt.timedelta(minutes=1)
DIRECTORY_STILL_FOR = dt.timedelta(minutes=5)
"""For how long nothing may have changed until a delivery counts as complete."""

_OURS = frozenset({WORKING, DONE, REFUSED})
_TAKEN_ENDINGS = (".zip", ".csv")

log = structlog.get_logger(__name__)


def inbox_directory() -> Path:
    """Return the inbox; the caller knows that there is one."""
    return Path(settings.INBOX_DIR)


def inbox_fault() -> str:
    """Return why the inbox cannot be used; nothing when it can, or there is none."""
    if not settings.INBOX_DIR:
        return ""
    if not os.access(inbox_directory(), os.R_OK | os.W_OK | os.X_OK):
        return "cannot be read and written" if inbox_directory().is_dir() else "does not exist"
    try:
        refuse_linked_places()
    except OSError as error:
        return f"cannot be used: {error.strerror}"
    return ""


def left_out_of_inbox() -> list[str]:
    """Return the names of what lies in the inbox and is not taken: links, and what cannot be read."""
    if not settings.INBOX_DIR or inbox_fault():
        return []
    working = inbox_directory() / WORKING
    links = [path for path in working.iterdir() if path.is_symlink()] if working.is_dir() else []
    return sorted(path.name for path in [*links, *_entries()] if _why_left_out(path))


def refuse_linked_places() -> None:
    """Make sure that the places of the inbox are directories of its own, and lead nowhere else.

    Raises:
        OSError: when one of them is a symbolic link.

    """
    for name in sorted(_OURS):
        if (inbox_directory() / name).is_symlink():
            raise OSError(errno.ELOOP, f"{name} is a symbolic link", name)


def has_complete_delivery(now: dt.datetime) -> bool:
    """Tell whether the inbox holds something to take."""
    return bool(settings.INBOX_DIR) and next(_complete(now), None) is not None


def take_from_inbox(now: dt.datetime) -> int:
    """Move complete deliveries to ``working/`` and make them known; return how many.

    The caller holds the lock of the deliveries.

    Args:
        now: when, aware.

    Raises:
        OSError: when the inbox cannot be read or written.

    """
    if not settings.INBOX_DIR:
        return 0
    refuse_linked_places()
    for name in (WORKING, DONE, REFUSED):
        (inbox_directory() / name).mkdir(exist_ok=True)
    working = inbox_directory() / WORKING
    for path in list(_complete(now)):
        path.rename(_free_place(path.name, now))
    known = set(Delivery.objects.filter(way=Delivery.Way.INBOX, filed_at=None).values_list("path", flat=True))
    unknown = sorted(each for each in working.iterdir() if each.name not in known)
    return sum(_make_known(path, now) for path in unknown)


def file_away(delivery: Delivery, *, now: dt.datetime) -> None:
    """Move an ended delivery to ``done/`` or ``refused/`` and write its report beside it.

    Args:
        delivery: one of the inbox that has ended.
        now: when, aware.

    Raises:
        OSError: when the disk is full or the like; it is done again then.

    """
    refuse_linked_places()
    place = DONE if delivery.status == Delivery.Status.IMPORTED else REFUSED
    target, working = (inbox_directory() / each / delivery.path for each in (place, WORKING))
    report = json.dumps(report_of(delivery), ensure_ascii=False, indent=1)
    _write(target.with_name(f"{delivery.path}.json"), f"{report}\n")
    if working.exists():
        working.rename(target)
    with transaction.atomic(durable=True):
        Delivery.objects.filter(pk=delivery.pk).update(filed_at=now)


def report_of(delivery: Delivery) -> dict[str, Any]:
    """Return all that was told of a delivery, for machines."""
    columns = ("file", "line", "column", "value", "reason")
    return {
        "delivery": str(delivery),
        "status": delivery.status,
        "sha256": delivery.sha256,
        **delivery.report,
        "errors": list(delivery.faults.order_by("place").values(*columns)),
    }


def _complete(now: dt.datetime) -> Iterator[Path]:
    """Yield the complete deliveries in the inbox, the oldest first; what cannot be read is left out."""
    try:
        entries = list(_entries())
    except OSError:
        # There is no inbox, or none that can be read: check_installation tells which.
        return
    complete: list[tuple[float, Path]] = []
    for path in entries:
        if reason := _why_left_out(path):
            _tell_once(path.name, reason)
            continue
        try:
            if _may_be_delivery(path) and _is_complete(path, now):
                complete.append((_changed_at(path), path))
        except OSError:
            # Somebody moves it just now; if it is more than that, the next look tells.
            continue
    yield from (path for _changed, path in sorted(complete))


def _entries() -> Iterator[Path]:
    """Yield what others put into the inbox and did not hide."""
    for path in inbox_directory().iterdir():
        if path.name.casefold() not in _OURS and not path.name.startswith("."):
            yield path


def _why_left_out(path: Path) -> str:
    """Return why an entry is not looked into; nothing for one that is gone, or can be read."""
    try:
        if path.is_symlink():
            return "symbolic link"
        if path.is_dir():
            next(path.iterdir(), None)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


@lru_cache(maxsize=256)
def _tell_once(name: str, reason: str) -> None:
    """Log what is left out, once in a process: the inbox is looked at every few seconds."""
    log.warning("inbox.left_out", name=name, reason=reason)


def _may_be_delivery(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.name.casefold().endswith(_TAKEN_ENDINGS)


def _is_complete(path: Path, now: dt.datetime) -> bool:
    """Tell whether nothing of a delivery has changed for long enough; looks no further than it must."""
    if path.is_file():
        return _changed_at(path) <= (now - FILE_STILL_FOR).timestamp()
    still_since = (now - DIRECTORY_STILL_FOR).timestamp()
    if _is_marked(path):
        return True
    return all(_changed_at(each) <= still_since for each in chain([path], path.rglob("*")))


def _is_marked(directory: Path) -> bool:
    return any(each.name.casefold() == MARKER for each in directory.iterdir())


def _changed_at(path: Path) -> float:
    """Return when a file or directory changed last; a copy that keeps the old date counts from its end."""
    looked_at = path.lstat()
    return max(looked_at.st_mtime, looked_at.st_ctime)


def _free_place(name: str, now: dt.datetime) -> Path:
    """Return a path in ``working/`` that no delivery had before: the local time, and what it was called."""
    plain, local = plain_file_name(name), now.astimezone(settings.UTILITY_TIME_ZONE)
    number = 1
    while True:
        counted = f"{number}-{plain}" if number > 1 else plain
        path = f"{local:%Y%m%d-%H%M%S}-{counted}"
        is_there = any((inbox_directory() / place / path).exists() for place in _OURS)
        if not is_there and not Delivery.objects.filter(path=path).exists():
            return inbox_directory() / WORKING / path
        number += 1


def _make_known(path: Path, now: dt.datetime) -> bool:
    """Store a row for what lies in ``working/``, under a new name if somebody put it back there.

    Returns:
        Whether there is a row now; a symbolic link gets none, for it leads out of the inbox.

    """
    if path.is_symlink():
        _tell_once(path.name, "symbolic link")
        return False
    if Delivery.objects.filter(path=path.name).exists():
        path = path.rename(_free_place(path.name, now))
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    with transaction.atomic(durable=True):
        delivery = Delivery.objects.create(
            way=Delivery.Way.INBOX,
            name=plain_file_name(path.name.split("-", 2)[-1]),
            path=path.name,
            size=sum(each.lstat().st_size for each in files),
            received_at=now,
            due_at=now,
        )
        record("delivery.received", actor="erp", now=now, subject=str(delivery))
    return True


def _write(path: Path, text: str) -> None:
    """Write a file beside its place, put it on disk and move it there; what lies there is never followed."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    with os.fdopen(opened, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    part.rename(path)
