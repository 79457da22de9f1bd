"""``kundenportal export_overview FILE.xlsx``: what customers sent, for people to read."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundenportal.erp.management.arguments import batch_number
from kundenportal.erp.outbound.export import UnknownBatch
from kundenportal.erp.outbound.overview import export_overview


class Command(BaseCommand):
    help = "Schreibt alle Vorgänge als Tabelle zum Lesen; am Export ändert das nichts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="FILE.xlsx", type=_workbook_path, help="Datei, die entsteht")
        parser.add_argument(
            "--batch", metavar="BATCH", type=batch_number, help="nur diesen Stapel: 42 oder batch-000042"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["path"]
        try:
            count = export_overview(path, batch_number=options["batch"], now=timezone.now())
        except UnknownBatch as error:
            raise CommandError(_("Es gibt keinen Stapel %(number)s.") % {"number": error}) from error
        except OSError as error:
            told = _("%(path)s ist nicht geschrieben: %(error)s")
            raise CommandError(told % {"path": path, "error": error.strerror}) from error
        told = ngettext("%(path)s: %(count)d Vorgang", "%(path)s: %(count)d Vorgänge", count)
        self.stdout.write(told % {"path": path, "count": count})


def _workbook_path(text: str) -> Path:
    if not text.lower().endswith(".xlsx"):
        raise ArgumentTypeError(f"{text!r} ist keine Tabelle; erwartet wird eine Datei wie vorgaenge.xlsx")
    return Path(text)
