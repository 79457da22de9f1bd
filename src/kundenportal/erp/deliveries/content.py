"""The content of a delivery as a file or directory, while it is worked on; and what kind it is."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.utils.translation import gettext as _

from kundenportal.erp.deliveries.inbox import WORKING, inbox_directory, refuse_linked_places
from kundenportal.erp.deliveries.rules import ZIP_STARTS
from kundenportal.erp.inbound.document_import import MAX_ENTRIES
from kundenportal.erp.inbound.files import CUSTOMERS, DOCUMENTS
from kundenportal.erp.inbound.source import SourceRefused, open_source
from kundenportal.erp.models import Delivery
from kundenportal.files.services import read_file

_PREFIX = "delivery-"


@contextmanager
def opened(delivery: Delivery) -> Iterator[Path]:
    """Give the path of a delivery's content: that of the inbox, or a file that is put together for as long.

    Raises:
        SourceRefused: when somebody took it out of the inbox, or put a link in its place.
        OSError: when the disk is full, the storage out of reach, or a place of the inbox a link.

    """
    if delivery.way == Delivery.Way.INBOX:
        refuse_linked_places()
        path = inbox_directory() / WORKING / delivery.path
        if path.is_symlink():
            raise SourceRefused(_("%(name)s ist eine symbolische Verknüpfung.") % {"name": delivery.name})
        if not path.exists():
            raise SourceRefused(_("Die Lieferung liegt nicht mehr im Eingangsordner."))
        yield path
        return
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix=_PREFIX) as directory:
        path = Path(directory) / delivery.name
        with path.open("xb") as stream:
            for piece in delivery.pieces.select_related("file").order_by("place"):
                stream.write(read_file(piece.file))
        yield path


def sweep_left_behind() -> None:
    """Remove what a killed process has put together; the caller holds the lock of the deliveries."""
    for left_behind in settings.DATA_DIR.glob(f"{_PREFIX}*"):
        if left_behind.is_dir():
            shutil.rmtree(left_behind)


def kind_of(path: Path) -> Delivery.Kind:
    """Return what a delivery brings, by the files that are in it.

    Raises:
        SourceRefused: when it cannot be opened, must not be, or brings nothing the portal knows.

    """
    if path.is_file() and not _is_zip(path):
        return Delivery.Kind.RESULTS
    source = open_source(path, most_entries=MAX_ENTRIES)
    if CUSTOMERS.name in source:
        return Delivery.Kind.MASTER_DATA
    if DOCUMENTS.name in source:
        return Delivery.Kind.DOCUMENTS
    raise SourceRefused(
        _(
            "In der Lieferung ist weder kunden.csv noch dokumente.csv. Packen Sie die CSV-Dateien selbst in "
            "die ZIP-Datei, höchstens in einem Ordner."
        )
    )


def refuse_uploaded_documents(delivery: Delivery, path: Path) -> None:
    """Make sure that no documents come with a delivery that somebody uploaded among the imports.

    Documents that staff upload have a way of their own, where a second person releases many or doubtful ones
    (``documents.rules.needs_second_person``).

    Args:
        delivery: which.
        path: its content.

    Raises:
        SourceRefused: when it holds ``dokumente.csv``, alone or beside master data; or cannot be opened.

    """
    if delivery.way != Delivery.Way.UPLOAD or not _is_zip(path):
        return
    if DOCUMENTS.name in open_source(path, most_entries=MAX_ENTRIES):
        raise SourceRefused(
            _(
                "In der Lieferung ist dokumente.csv. Dokumente laden Sie bitte unter „Dokumente“ mit "
                "„Dokumente hochladen“ hoch. Die übrigen Tabellen nehmen wir hier ohne dokumente.csv gern an."
            )
        )


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) in ZIP_STARTS
