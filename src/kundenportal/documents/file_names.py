"""What the name of an uploaded PDF says: ``0012345-1_rechnung_2026-01-20_Jahresabrechnung 2025.pdf``."""

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from kundenportal.core.customer_numbers import CustomerNumberPattern, canonical_customer_number
from kundenportal.core.dates import InvalidDate, parse_date

_PARTS = 4
_LONGEST_TITLE = 200


@dataclass(frozen=True)
class NamedFile:
    """A document as its file's name describes it."""

    customer_number: str
    kind: str
    document_date: dt.date
    title: str


def read_file_name(
    name: str, *, pattern: CustomerNumberPattern, kinds: Collection[str], today: dt.date
) -> NamedFile | None:
    """Return what ``<Kundennummer>_<Art>_<Datum>_<Titel>.pdf`` says, or None when a part cannot be read.

    The slash of a customer number, which no file name may hold, is a hyphen; the suffix may be missing. The
    date is ``2026-01-20`` or ``20.01.2026``. Further underscores belong to the title and are its blanks.

    Args:
        name: the file's name, with or without folders before it.
        pattern: how the utility writes its customer numbers.
        kinds: the words for the kinds of document there are.
        today: the utility's local day, which no date may lie behind by more than a year.

    """
    stem, dot, ending = name.rpartition("/")[2].rpartition(".")
    parts = stem.split("_", maxsplit=_PARTS - 1)
    if not dot or ending.lower() != "pdf" or len(parts) != _PARTS or not parts[2][:1].isdigit():
        return None
    number = canonical_customer_number(parts[0].replace("-", "/", 1), pattern)
    kind = parts[1].strip().casefold()
    title = " ".join(parts[3].replace("_", " ").split())[:_LONGEST_TITLE]
    try:
        date = parse_date(parts[2], today=today)
    except InvalidDate:
        return None
    if number is None or kind not in kinds or not title or date.year > today.year + 1:
        return None
    return NamedFile(number, kind, date, title)


def id_of_content(sha256: str) -> str:
    """Return the id of a file whose name does not say whose it is: scanners call all of them alike."""
    return f"datei-{sha256[:32]}"


def id_of_file_name(name: str) -> str:
    """Return the id under which a file of this name is filed: the same name again is a new version of it."""
    plain = name.rpartition("/")[2].casefold()
    return f"datei-{hashlib.sha256(plain.encode()).hexdigest()[:32]}"
