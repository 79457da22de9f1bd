"""Directories and files that are there completely or not at all, whatever happens while they are written.

Who may read them is the umask's matter: the group of the portal's user, and nobody else (operations.md).
"""

import filecmp
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class DirectoryTaken(Exception):
    """The directory exists and holds something else."""


def publish_directory(target: Path, fill: Callable[[Path], None]) -> None:
    """Write a directory beside its place, put it on disk and move it there in one step.

    A directory of the same content in its place counts as written: a run was cut off behind the move.

    Args:
        target: where the directory is to appear; its parent exists.
        fill: writes the files into the empty directory it is given, each with ``write_file``.

    Raises:
        DirectoryTaken: when something else is in its place.
        OSError: when the disk is full or the like; nothing is left behind.

    """
    part = target.with_name(f".{target.name}.part")
    _discard(part)
    try:
        part.mkdir()
        fill(part)
        _sync(part)
        if not target.exists():
            part.rename(target)
            _sync(target.parent)
        elif not _is_same(part, target):
            raise DirectoryTaken(str(target))
    finally:
        _discard(part)


@contextmanager
def publish_file(target: Path) -> Iterator[BinaryIO]:
    """Give a file to fill beside its place, put it on disk and move it there in one step.

    Args:
        target: where the file is to appear; one that is there is replaced.

    Raises:
        OSError: when the disk is full or the like; nothing is left behind.

    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def write_file(path: Path, blocks: Iterable[bytes]) -> str:
    """Write a new file, put it on disk and return its SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("xb") as stream:
        for block in blocks:
            digest.update(block)
            stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest()


def make_directory(path: Path) -> None:
    """Make a directory with its parents, on disk, unless it is there.

    Raises:
        OSError: when it cannot be made, or files cannot be made in it.

    """
    if not path.is_dir():
        make_directory(path.parent)
        path.mkdir(exist_ok=True)
        _sync(path.parent)


def _is_same(part: Path, target: Path) -> bool:
    names = sorted(each.name for each in part.iterdir())
    if not target.is_dir() or names != sorted(each.name for each in target.iterdir()):
        return False
    return all(filecmp.cmp(part / name, target / name, shallow=False) for name in names)


def _discard(part: Path) -> None:
    if part.exists():
        shutil.rmtree(part)


def _sync(directory: Path) -> None:
    """Put a directory's list of names on disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
