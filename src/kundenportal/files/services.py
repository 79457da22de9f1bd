"""Storing files and letting go of them."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

from django.conf import settings
from django.core.files.base import ContentFile

from kundenportal.core.encryption import decrypt_content, encrypt_content
from kundenportal.files.models import StoredFile
from kundenportal.files.storage import private_storage

_AT_ONCE = 8
"""How many contents are on their way to the storage at the same time: it is waited for, not computed."""

_SHARDS = 256
_SWEPT_AFTER = dt.timedelta(days=1)
"""How old a content without a row must be: a transaction that is still running may be about to tell of it."""


def store_file(content: bytes, *, media_type: str, now: dt.datetime, is_sealed: bool = False) -> StoredFile:
    """Store a content under a new random name and insert its row in the caller's transaction.

    The caller has checked the content. It is on disk before the row is inserted; when the transaction fails,
    ``sweep_files`` removes it.

    Args:
        content: all of it.
        media_type: what it is, such as ``application/pdf``.
        now: when, aware.
        is_sealed: whether it shall lie encrypted on the disk, for what it holds is sealed elsewhere too.

    Raises:
        OSError: when the storage is full or out of reach; nothing is inserted then.

    """
    stored = _put(content, media_type=media_type, now=now, is_sealed=is_sealed)
    stored.save()
    return stored


class StoreMany(Protocol):
    """Stores contents and returns their rows, which the caller inserts in a transaction of his."""

    def __call__(self, contents: Sequence[bytes], *, media_type: str, now: dt.datetime) -> list[StoredFile]:
        """Store them; raises ``OSError`` when the storage is full or out of reach."""


@contextmanager
def storing_many() -> Iterator[StoreMany]:
    """Give a function that stores many contents, several at the same time; all are on disk when it returns.

    When it fails, or the caller's transaction does, ``sweep_files`` removes what is there already.
    """
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="store") as threads:

        def store(contents: Sequence[bytes], *, media_type: str, now: dt.datetime) -> list[StoredFile]:
            return list(threads.map(lambda each: _put(each, media_type=media_type, now=now), contents))

        yield store


def store_sealed(blocks: Iterable[bytes], *, media_type: str, now: dt.datetime) -> list[StoredFile]:
    """Store a content block by block, each sealed for itself, and return rows the caller inserts in order.

    So that neither the process that takes it in nor the one that reads it ever holds all of it.

    Raises:
        OSError: when the storage is full or out of reach; ``sweep_files`` removes what is there already.

    """
    return [_put(block, media_type=media_type, now=now, is_sealed=True) for block in blocks]


def _put(content: bytes, *, media_type: str, now: dt.datetime, is_sealed: bool = False) -> StoredFile:
    """Store a content under a new random name and return its row, not inserted yet."""
    unique = uuid.uuid4().hex
    name = f"{unique[:2]}/{unique}"
    written = (
        encrypt_content(content, key=settings.FIELD_KEY, bound_to=_bound_to(name)) if is_sealed else content
    )
    private_storage().save(name, ContentFile(written))
    return StoredFile(
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        is_sealed=is_sealed,
        created_at=now,
    )


def read_file(stored: StoredFile) -> bytes:
    """Return the content of a stored file, in clear.

    Raises:
        OSError: when the storage has lost it or is out of reach.
        cryptography.exceptions.InvalidTag: when it is sealed, and was tampered with or the key is another.

    """
    with private_storage().open(stored.name) as stream:
        content: bytes = stream.read()
    if not stored.is_sealed:
        return content
    return decrypt_content(content, key=settings.FIELD_KEY, bound_to=_bound_to(stored.name))


def _bound_to(name: str) -> str:
    return f"file:{name}"


def erase_content(name: str) -> None:
    """Delete a content at once, instead of with the sweep; its row is gone and that transaction has ended.

    Args:
        name: the random name the row had.

    """
    private_storage().delete(name)


def sweep_files(now: dt.datetime) -> int:
    """Delete contents no row tells of, and return how many; each hour another part of the storage.

    To let go of a file its row is deleted, in the transaction that no longer wants it; its content goes here.

    Args:
        now: when, aware; the hour tells which part.

    """
    shard = f"{int(now.timestamp() // 3600) % _SHARDS:02x}"
    storage = private_storage()
    try:
        _directories, names = storage.listdir(shard)
    except FileNotFoundError:
        return 0
    known = set(StoredFile.objects.filter(name__startswith=f"{shard}/").values_list("name", flat=True))
    swept = 0
    for name in (f"{shard}/{each}" for each in names):
        if name not in known and storage.get_modified_time(name) < now - _SWEPT_AFTER:
            storage.delete(name)
            swept += 1
    return swept
