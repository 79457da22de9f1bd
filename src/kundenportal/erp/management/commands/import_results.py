"""``kundenportal import_results FILE.csv``: what became of the submissions in the billing system."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from kundenportal.erp.inbound.results import import_results
from kundenportal.erp.locks import AlreadyRunning

USAGE, REFUSED = 2, 1


class Command(BaseCommand):
    help = "Liest die Ergebnisse des Abrechnungssystems (vorgang;ergebnis;grund) ein: alle oder keines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="FILE.csv", type=Path, help="Datei mit den Ergebnissen")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_results(options["path"], now=timezone.now())
        except OSError as error:
            told = _("%(path)s ist nicht lesbar: %(error)s")
            raise CommandError(
                told % {"path": options["path"], "error": error.strerror}, returncode=USAGE
            ) from error
        except AlreadyRunning as error:
            raise CommandError(_("Es werden gerade andere Ergebnisse eingelesen.")) from error
        for note in report.notes:
            self.stdout.write(_("Hinweis: %(note)s") % {"note": note})
        if report.fault_count:
            self.stdout.write("\n".join([*report.fault_lines(), _("Abgelehnt: Nichts wurde geändert.")]))
            raise SystemExit(REFUSED)
        self.stdout.write(
            _("%(accepted)d übernommen, %(rejected)d abgelehnt, %(known)d schon bekannt.")
            % {"accepted": report.accepted, "rejected": report.rejected, "known": report.known}
        )
