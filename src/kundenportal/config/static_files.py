"""Keeping the collected static files up to date, so that nobody has to remember a command."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_static_files_if_stale() -> bool:
    """Collect, hash and compress the static files unless they were collected from the same sources.

    Returns whether it did.
    """
    if static_files_are_current():
        return False
    # Without "clear", a file of a new version that is dated before the last collection would be left out.
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    _stamp().write_text(_digest_of_sources(), encoding="ascii")
    return True


def static_files_are_current() -> bool:
    """Return whether the collected files belong to the sources as they are now."""
    stamp = _stamp()
    return stamp.is_file() and stamp.read_text(encoding="ascii") == _digest_of_sources()


def _stamp() -> Path:
    return Path(settings.DATA_DIR) / "static.sha256"


def _digest_of_sources() -> str:
    """Return a digest of name, size and time of every source file."""
    return hashlib.sha256("\n".join(sorted(_sources())).encode()).hexdigest()


def _sources() -> Iterator[str]:
    yield str(settings.STATIC_ROOT)
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            yield f"{name} {stat.st_size} {stat.st_mtime_ns}"
