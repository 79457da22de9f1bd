"""``kundenportal export_letters DIR``: the print job of activation letters."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kundenportal.linking.services import export_letters


class Command(BaseCommand):
    help = "Write one CSV file with every activation letter that waits to be printed, each exactly once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path, help="where the file goes")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        try:
            directory.mkdir(parents=True, exist_ok=True)
            written = export_letters(directory, now=timezone.now())
        except OSError as error:
            raise CommandError(f"{directory}: {error.strerror}") from error
        self.stdout.write(f"Wrote {written}" if written else "No letters to print.")
