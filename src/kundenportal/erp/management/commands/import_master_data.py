"""``kundenportal import_master_data PATH [--dry-run] [--allow-loss] [--report FILE.json]``."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from kundenportal.erp.inbound.import_run import import_master_data
from kundenportal.erp.inbound.report import Report
from kundenportal.erp.inbound.source import SourceRefused, open_source
from kundenportal.erp.locks import AlreadyRunning
from kundenportal.erp.management.arguments import USAGE, make_sure_of_report, write_report
from kundenportal.erp.progress import progress_on

REFUSED = 1


class Command(BaseCommand):
    help = "Imports a delivery of master data, all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="directory or ZIP file of the delivery")
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")
        parser.add_argument("--allow-loss", action="store_true", help="even if more than 5 percent ends")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="write the report for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        report_path: Path | None = options["report"]
        if not path.exists():
            raise CommandError(_("%(path)s gibt es nicht.") % {"path": path}, returncode=USAGE)
        make_sure_of_report(report_path)
        report = self._import(path, is_dry_run=options["dry_run"], allow_loss=options["allow_loss"])
        self.stdout.write(report.as_text())
        write_report(report_path, report.as_json())
        if report.is_refused:
            raise SystemExit(REFUSED)

    def _import(self, path: Path, *, is_dry_run: bool, allow_loss: bool) -> Report:
        try:
            return import_master_data(
                open_source(path),
                is_dry_run=is_dry_run,
                allow_loss=allow_loss,
                now=timezone.now(),
                progress=progress_on(sys.stderr),
            )
        except SourceRefused as error:
            return Report(source=path.name, is_dry_run=is_dry_run, refusals=[str(error)])
        except AlreadyRunning:
            refusal = _("Es läuft gerade ein anderer Import.")
            return Report(source=path.name, is_dry_run=is_dry_run, refusals=[refusal])
