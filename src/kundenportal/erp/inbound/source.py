"""Opening a delivery: a directory or a ZIP file, refused before it is unpacked if it is a trap."""

import hashlib
import stat
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

MAX_ZIP_ENTRIES = 10_000
MAX_UNPACKED_BYTES = 4 * 1024**3
"""Four times the usual bound: the readings of a million customers are 1 GB of text."""
MAX_RATIO = 100
RATIO_MATTERS_FROM = 1_000_000
"""Bytes unpacked from which on the ratio counts; small files of zeros harm nobody."""

_ARCHIVE_SUFFIXES = frozenset(
    {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".lz4"}
)
_ENCRYPTED = 0x1


class SourceRefused(Exception):
    """The delivery cannot be opened or must not be; the German sentence says why."""


class Source(ABC):
    """A delivery's files by name. Names are compared without case, as Windows writes them.

    ``most_rows`` is how many rows its tables may have together, None for any number.
    """

    most_rows: int | None = None

    def __init__(self, label: str, members: dict[str, str]) -> None:
        self.label = label
        self._members = members

    def __contains__(self, name: str) -> bool:
        """Tell whether the delivery holds this file; ``name`` is a path with ``/``."""
        return name.casefold() in self._members

    def names(self) -> dict[str, str]:
        """Return the names by which the files are opened, each with its own spelling, folders and all."""
        return dict(self._members)

    @abstractmethod
    def size(self, name: str) -> int:
        """Return the unpacked bytes of a file."""

    @abstractmethod
    def _open(self, member: str) -> IO[bytes]:
        """Open a file of the delivery by its own spelling."""

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file for reading bytes.

        Raises:
            SourceRefused: when the file is damaged or cannot be read, also in the middle of reading.

        """
        try:
            with self._open(self._members[name.casefold()]) as stream:
                yield stream
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise SourceRefused(_("%(name)s ist nicht lesbar: %(error)s") % _told(name, error)) from error

    @abstractmethod
    def digest(self) -> str:
        """Return the delivery's SHA-256 in hexadecimal.

        Raises:
            SourceRefused: when a file of it cannot be read.

        """


class DirectorySource(Source):
    """A delivery in a directory. Symbolic links in it are refused: they lead out of the delivery."""

    def __init__(self, path: Path) -> None:
        self._root = path
        members: dict[str, str] = {}
        for each in sorted(path.rglob("*")):
            name = each.relative_to(path).as_posix()
            if each.is_symlink():
                raise SourceRefused(_("%(name)s ist eine symbolische Verknüpfung.") % {"name": name})
            if each.is_file():
                _add(members, name.casefold(), name)
        super().__init__(path.name or str(path), members)

    def size(self, name: str) -> int:
        """Return the bytes of a file."""
        return (self._root / self._members[name.casefold()]).stat().st_size

    def _open(self, member: str) -> IO[bytes]:
        return (self._root / member).open("rb")

    def digest(self) -> str:
        """Return one SHA-256 over the CSV files, as ``sha256sum *.csv | sha256sum`` does.

        Files whose names Windows wrote in capitals count too.
        """
        return self._digest(name for name in self._members.values() if name.casefold().endswith(".csv"))

    def whole_digest(self) -> str:
        """Return one SHA-256 over all files, the PDFs too: what a release is given for.

        Raises:
            SourceRefused: when a file of it cannot be read.

        """
        return self._digest(self._members.values())

    def _digest(self, members: Iterable[str]) -> str:
        lines = [f"{_sha256(self._root / each)}  {each}\n" for each in sorted(members)]
        return hashlib.sha256("".join(lines).encode()).hexdigest()


class ZipSource(Source):
    """A delivery in a ZIP file, read in place. Its list of contents is checked before anything is read."""

    def __init__(self, path: Path, *, most_entries: int | None = None) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
            raise SourceRefused(
                _("%(name)s ist nicht lesbar: %(error)s") % _told(path.name, error)
            ) from error
        self._path = path
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        _check_amount(self._zip.infolist(), most_entries or MAX_ZIP_ENTRIES)
        for entry in self._zip.infolist():
            _check_entry(entry)
        prefix = _common_folder([entry.filename for entry in entries])
        members: dict[str, str] = {}
        for entry in entries:
            _add(members, entry.filename.removeprefix(prefix).casefold(), entry.filename)
        super().__init__(path.name, members)

    def size(self, name: str) -> int:
        """Return the unpacked bytes of a file, as the ZIP promises; more are never read from it."""
        return self._zip.getinfo(self._members[name.casefold()]).file_size

    def _open(self, member: str) -> IO[bytes]:
        return self._zip.open(member)

    def digest(self) -> str:
        """Return the SHA-256 of the ZIP file."""
        return _sha256(self._path)


def open_source(path: Path, *, most_entries: int | None = None, most_rows: int | None = None) -> Source:
    """Open a delivery.

    Args:
        path: a directory or a ZIP file.
        most_entries: how many entries a ZIP file may have, ``MAX_ZIP_ENTRIES`` when left out.
        most_rows: how many rows its tables may have together, any number when left out.

    Raises:
        SourceRefused: when it is neither, is damaged, or is built to harm (links, paths that lead out,
            archives in the archive, too many entries, too much or too dense content).

    """
    source = DirectorySource(path) if path.is_dir() else ZipSource(path, most_entries=most_entries)
    source.most_rows = most_rows
    return source


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise SourceRefused(_("%(name)s ist nicht lesbar: %(error)s") % _told(path.name, error)) from error


def _told(name: str, error: Exception) -> dict[str, str]:
    """Return what ``nicht lesbar`` is filled with; a broken ZIP file in words, for clerks upload them too."""
    if isinstance(error, (zipfile.BadZipFile, zlib.error, EOFError)):
        return {"name": name, "error": _("Die Datei ist beschädigt oder keine ZIP-Datei.")}
    return {"name": name, "error": str(error) or type(error).__name__}


def _add(members: dict[str, str], key: str, name: str) -> None:
    if key in members:
        raise SourceRefused(_("%(name)s kommt zweimal vor.") % {"name": name})
    members[key] = name


def _check_amount(entries: list[zipfile.ZipInfo], most_entries: int) -> None:
    if len(entries) > most_entries:
        raise SourceRefused(
            _("Die ZIP-Datei enthält %(count)d Einträge; erlaubt sind %(most)d.")
            % {"count": len(entries), "most": most_entries}
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES or _is_too_dense(unpacked, packed):
        raise SourceRefused(
            _("Die ZIP-Datei würde ausgepackt %(size)d MB groß; das ist zu viel oder zu dicht gepackt.")
            % {"size": unpacked // 1_000_000}
        )


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """Refuse an entry that leads out of the delivery, hides something or unpacks to too much."""
    name, path = entry.filename, PurePosixPath(entry.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not path.parts:
        raise SourceRefused(_("%(name)s führt aus der Lieferung hinaus.") % {"name": name})
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise SourceRefused(_("%(name)s ist eine symbolische Verknüpfung.") % {"name": name})
    if entry.flag_bits & _ENCRYPTED:
        raise SourceRefused(_("%(name)s ist verschlüsselt.") % {"name": name})
    if path.suffix.lower() in _ARCHIVE_SUFFIXES:
        raise SourceRefused(_("%(name)s ist ein Archiv im Archiv.") % {"name": name})
    if _is_too_dense(entry.file_size, entry.compress_size):
        raise SourceRefused(_("%(name)s ist zu dicht gepackt.") % {"name": name})


def _is_too_dense(unpacked: int, packed: int) -> bool:
    return unpacked >= RATIO_MATTERS_FROM and unpacked > MAX_RATIO * packed


def _common_folder(names: list[str]) -> str:
    """Return the one folder that holds every entry, with its ``/``, or nothing.

    Packing a directory instead of its content adds such a folder, and nobody means it.
    """
    first = {name.partition("/")[0] for name in names}
    return f"{first.pop()}/" if len(first) == 1 and all("/" in name for name in names) else ""
