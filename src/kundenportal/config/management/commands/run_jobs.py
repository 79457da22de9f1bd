"""``kundenportal run_jobs``."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kundenportal.config.jobs import JobRunner


class Command(BaseCommand):
    help = "Sends mails and does everything else that is due. Safe to run many at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *, once: bool, **options: Any) -> None:
        """Go round until SIGTERM or SIGINT, or until nothing is due with ``--once``.

        Ends with exit code 1 when a job failed with ``--once``.
        """
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        runner = JobRunner()
        if once:
            runner.drain(stop)
            raise SystemExit(1 if runner.failures else 0)
        runner.run_until(stop)
