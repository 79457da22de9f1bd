"""Having a stranger's file read by a process of its own, which may crash or be ended without harm."""

import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog

import kundenportal
from kundenportal.files.accepted import MAX_SIZE, REFUSED, FileRefusal, FileRefused

_SECONDS = 20
"""How long a file may take to be read; a large picture takes three."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""How many files one web server reads at the same time: the other requests get their turn."""

_PATIENCE = 5
"""For how many seconds a file waits for its turn; who waits longer keeps a thread from everybody else."""

_PACKAGES = str(Path(kundenportal.__file__).parent.parent)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CleanFile:
    """What is left of a stranger's file: what it is, and all of its content."""

    media_type: str
    content: bytes


def clean_file(content: bytes, *, kinds: Iterable[str], seconds: int = _SECONDS) -> CleanFile:
    """Return what a stranger's file shows, made anew (``files.images``, ``files.pdf``).

    Args:
        content: the whole file.
        kinds: the media types that may come of it: ``JPEG``, ``PDF``.
        seconds: how long it may compute.

    Raises:
        FileRefused: when it is not taken, reading it takes too much, or too many are read already.

    """
    if len(content) > MAX_SIZE:
        raise FileRefused(FileRefusal.TOO_LARGE)
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise FileRefused(FileRefusal.BUSY)
    try:
        code, answer = _run(content, ",".join(kinds), seconds)
    finally:
        _AT_ONCE.release()
    if code == REFUSED:
        raise FileRefused(FileRefusal(answer.decode()))
    if code != 0:
        log.warning("file.cleaner_failed", code=code, size=len(content))
        raise FileRefused(FileRefusal.TOO_COSTLY)
    media_type, _newline, cleaned = answer.partition(b"\n")
    return CleanFile(media_type.decode(), cleaned)


def _run(content: bytes, kinds: str, seconds: int) -> tuple[int, bytes]:
    """Run the cleaner and return its exit code and answer; it gets nothing of our surroundings."""
    command = [sys.executable, "-s", "-P", "-m", "kundenportal.files.cleaner", kinds, str(seconds)]
    surroundings = {"PYTHONPATH": _PACKAGES, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603  (No part of the command comes from outside.)
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds * 2,
            cwd="/",
            env=surroundings,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, b""
    return done.returncode, done.stdout
