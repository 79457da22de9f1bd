"""``kundenportal import_documents PATH``."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from kundenportal.erp.inbound.document_import import MAX_ENTRIES, import_documents
from kundenportal.erp.inbound.document_report import DocumentReport
from kundenportal.erp.inbound.source import SourceRefused, open_source
from kundenportal.erp.locks import AlreadyRunning
from kundenportal.erp.management.arguments import USAGE, make_sure_of_report, write_report
from kundenportal.erp.progress import progress_on

NEEDS_SOMEBODY = 1


class Command(BaseCommand):
    help = "Imports the documents listed in dokumente.csv; ends with 1 when any was refused or quarantined."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="directory or ZIP file with dokumente.csv and the PDFs")
        parser.add_argument("--dry-run", action="store_true", help="only show what would be filed")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="write the report for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(_("%(path)s gibt es nicht.") % {"path": path}, returncode=USAGE)
        make_sure_of_report(options["report"])
        report = self._import(path, is_dry_run=options["dry_run"])
        self.stdout.write(report.as_text())
        write_report(options["report"], report.as_json())
        if report.needs_somebody:
            raise SystemExit(NEEDS_SOMEBODY)

    def _import(self, path: Path, *, is_dry_run: bool) -> DocumentReport:
        try:
            return import_documents(
                open_source(path, most_entries=MAX_ENTRIES),
                is_dry_run=is_dry_run,
                now=timezone.now(),
                progress=progress_on(sys.stderr),
            )
        except SourceRefused as error:
            return DocumentReport(source=path.name, is_dry_run=is_dry_run, refusal=str(error))
        except AlreadyRunning:
            refusal = _("Es läuft gerade ein anderer Import von Dokumenten.")
            return DocumentReport(source=path.name, is_dry_run=is_dry_run, refusal=refusal)
        except OSError as error:
            told = _(
                "Der Speicher nimmt nichts an: %(error)s. Was bis dahin eingelesen ist, bleibt; rufen Sie "
                "den Befehl noch einmal auf, wenn der Speicher wieder da ist."
            )
            raise CommandError(told % {"error": error}) from error
