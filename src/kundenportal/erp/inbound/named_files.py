"""A delivery of PDFs without a list: their names say whose each is, and what (``documents.file_names``)."""

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from kundenportal.customers.models import Customer
from kundenportal.documents.file_names import NamedFile, id_of_file_name, read_file_name
from kundenportal.documents.models import QuarantinedDocument
from kundenportal.erp.inbound.files import DOCUMENTS
from kundenportal.erp.inbound.source import Source

KINDS = ("rechnung", "vertrag", "preisinformation", "mitteilung")
"""The words for the kinds of document, as ``dokumente.csv`` has them."""

_LONGEST_NAME = 180

_COLUMNS = ("dokument", "kundennummer", "verbrauchsstelle", "art", "titel", "datum", "datei")


@dataclass(frozen=True)
class Unmatched:
    """A file whose name does not say whose it is."""

    path: str
    name: str
    reason: QuarantinedDocument.Reason


@dataclass(frozen=True)
class _Entry:
    """A PDF of the delivery: by which name it is opened there and here, and what it is called."""

    key: str
    path: str
    name: str


class NamedFilesSource(Source):
    """PDFs whose list is made of their names; ``unmatched`` are those that it lacks, ``others`` no PDFs."""

    def __init__(self, files: Source, *, today: dt.date) -> None:
        self._files = files
        self.others: list[str] = []
        entries = self._entries()
        self._keys = {entry.path.casefold(): entry.key for entry in entries}
        matched, self.unmatched = _matched(entries, today)
        self._list = _written(matched)
        spelled = files.names()
        members = {path: spelled[key] for path, key in self._keys.items()}
        super().__init__(files.label, members | {DOCUMENTS.name: DOCUMENTS.name})

    def _entries(self) -> list[_Entry]:
        """Return the PDFs; what macOS and Windows add to a folder is nobody's document."""
        entries = []
        for number, (key, member) in enumerate(self._files.names().items(), start=1):
            name = _plain(member.rpartition("/")[2])
            if name.startswith(".") or key.startswith("__macosx/") or name.casefold() == "thumbs.db":
                continue
            if key.endswith(".pdf"):
                entries.append(_Entry(key, f"{number}/{name[-_LONGEST_NAME:]}", name))
            else:
                self.others.append(name)
        return entries

    def size(self, name: str) -> int:
        """Return the unpacked bytes of a file."""
        if name == DOCUMENTS.name:
            return len(self._list)
        return self._files.size(self._keys[name.casefold()])

    def _open(self, member: str) -> IO[bytes]:
        if member == DOCUMENTS.name:
            return io.BytesIO(self._list)
        return self._files._open(member)  # It stands for the same files.

    def digest(self) -> str:
        """Return that of the files."""
        return self._files.digest()


def _plain(name: str) -> str:
    """Return a name as the list may hold it: macOS writes umlauts as two characters."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def _matched(
    entries: Sequence[_Entry], today: dt.date
) -> tuple[list[tuple[_Entry, NamedFile]], list[Unmatched]]:
    """Return what the names say of those that name a known customer, and the others; one query."""
    pattern = settings.UTILITY.customer_number
    read = {entry: read_file_name(entry.name, pattern=pattern, kinds=KINDS, today=today) for entry in entries}
    numbers = {named.customer_number for named in read.values() if named}
    known = set(
        Customer.objects.filter(customer_number__in=numbers).values_list("customer_number", flat=True)
    )
    matched, unmatched = [], []
    for entry, named in read.items():
        if named is None:
            unmatched.append(Unmatched(entry.path, entry.name, QuarantinedDocument.Reason.NAME_UNREAD))
        elif named.customer_number not in known:
            unmatched.append(Unmatched(entry.path, entry.name, QuarantinedDocument.Reason.CUSTOMER_UNKNOWN))
        else:
            matched.append((entry, named))
    return matched, unmatched


def _written(matched: Iterable[tuple[_Entry, NamedFile]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry, named in matched:
        date, erp_id = named.document_date.isoformat(), id_of_file_name(entry.name)
        row = (erp_id, named.customer_number, "", named.kind, named.title, date, entry.path)
        writer.writerow(row)
    return text.getvalue().encode()
