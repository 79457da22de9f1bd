"""``kundenportal export_submissions``: what customers sent, on its way to the billing system."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundenportal.erp.locks import AlreadyRunning
from kundenportal.erp.management.arguments import batch_number
from kundenportal.erp.outbound.directory import DirectoryTaken
from kundenportal.erp.outbound.export import (
    BatchChanged,
    UnknownBatch,
    WrittenBatch,
    export_submissions,
    repeat_batch,
)
from kundenportal.erp.outbound.formats import FORMATS


class Command(BaseCommand):
    help = "Schreibt jeden noch nicht übergebenen Vorgang genau einmal, als einen Stapel."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory", metavar="DIR", type=Path, help="Verzeichnis, in dem batch-000042 entsteht"
        )
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--format", choices=list(FORMATS), default="csv", help="Format der Dateien (csv)")
        way.add_argument(
            "--repeat",
            metavar="BATCH",
            type=batch_number,
            help="diesen Stapel Byte für Byte noch einmal schreiben: 42 oder batch-000042",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        number, directory = options["repeat"], options["directory"]
        try:
            if number is not None:
                written = [repeat_batch(number, directory, now=timezone.now())]
            else:
                written = export_submissions(directory, file_format=options["format"], now=timezone.now())
        except (AlreadyRunning, UnknownBatch, BatchChanged, DirectoryTaken, OSError) as error:
            raise CommandError(_sentence(error)) from error
        self.stdout.write("\n".join(map(_told, written)) or _("Keine neuen Vorgänge."))


def _told(batch: WrittenBatch) -> str:
    """Return what was written of a batch as one line."""
    count = ngettext("%(count)d Vorgang", "%(count)d Vorgänge", batch.submissions)
    files = ", ".join(f"{name} {rows}" for name, rows in batch.rows.items())
    return f"{batch.directory}: {count % {'count': batch.submissions}} ({files})"


def _sentence(error: Exception) -> str:
    """Return why nothing, or not everything, was written."""
    match error:
        case AlreadyRunning():
            return _("Ein anderer Export läuft gerade.")
        case UnknownBatch():
            return _("Es gibt keinen Stapel %(number)s.") % {"number": error}
        case BatchChanged():
            return _("%(batch)s hat andere Daten als damals; nichts wurde geschrieben.") % {"batch": error}
        case DirectoryTaken():
            return _("%(path)s gibt es schon, mit anderem Inhalt.") % {"path": error}
        case _:
            return _("Nicht geschrieben, der nächste Lauf holt es nach: %(error)s") % {"error": error}
