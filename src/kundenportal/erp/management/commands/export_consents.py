"""``kundenportal export_consents FILE.csv``: who gets invoices online only, and who wants news."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundenportal.erp.outbound.consents import export_consents


class Command(BaseCommand):
    help = "Schreibt alle Einwilligungen, die jetzt gelten; was fehlt, gilt nicht mehr."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="FILE.csv", type=Path, help="Datei, die entsteht")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["path"]
        try:
            count = export_consents(path, now=timezone.now())
        except OSError as error:
            told = _("%(path)s ist nicht geschrieben: %(error)s")
            raise CommandError(told % {"path": path, "error": error.strerror}) from error
        told = ngettext("%(path)s: %(count)d Einwilligung", "%(path)s: %(count)d Einwilligungen", count)
        self.stdout.write(told % {"path": path, "count": count})
