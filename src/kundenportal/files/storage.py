"""Where private files lie: a directory of this machine, or whatever ``STORAGES["private"]`` names."""

import os
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages


def private_storage() -> Storage:
    """Return the storage of private files."""
    return storages["private"]


class DurableFileSystemStorage(FileSystemStorage):
    """Files in a directory, on disk before a row may tell of them, and there completely or not at all."""

    def _save(self, name: str, content: "File[Any]") -> str:
        """Write a new file beside its place, put it on disk and move it there."""
        target = Path(self.path(name))
        # The group may read: the web server in front may hand files out (KUNDENPORTAL_FILES_ACCEL).
        target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        try:
            with part.open("xb") as stream:
                for chunk in content.chunks():
                    stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
        _sync(target.parent)
        return name


def _sync(directory: Path) -> None:
    """Put a directory's list of names on disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
