"""``kundenportal serve``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kundenportal.config.static_files import collect_static_files_if_stale
from kundenportal.config.web_server import (
    AddressUnavailable,
    TooManyWorkers,
    serve_until_told_to_stop,
    worker_count,
)


class Command(BaseCommand):
    help = "Runs the production web server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
        parser.add_argument("--workers", type=int, help="processes (default one per core; one on SQLite)")

    def handle(self, *, host: str, port: int, workers: int | None, **options: Any) -> None:
        """Collect the static files when they are stale, then serve until SIGTERM."""
        try:
            count = worker_count(workers)
        except TooManyWorkers as error:
            raise CommandError(str(error)) from error
        collect_static_files_if_stale()
        self.stderr.write(f"Serving on http://{host}:{port} with {count} worker(s)")
        try:
            serve_until_told_to_stop(host=host, port=port, workers=count)
        except AddressUnavailable as error:
            raise CommandError(str(error)) from error
