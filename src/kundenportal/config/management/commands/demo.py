"""``kundenportal demo``: a whole utility in one process, to look at and to try."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kundenportal.config.static_files import collect_static_files_if_stale
from kundenportal.demo.build import build_demo
from kundenportal.demo.environment import add_arguments
from kundenportal.demo.keeping import MAILS, DemoRunsAlready, forget, is_built, mark_as_built, only_one
from kundenportal.demo.server import DemoServer, PortTaken
from kundenportal.demo.welcome import welcome


class Command(BaseCommand):
    help = "Runs a fictional utility's portal on this machine: web server, job runner and mail box."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *, port: int, reset: bool, **options: Any) -> None:
        """Build the demo unless it was kept, then serve it until SIGTERM or SIGINT."""
        directory = Path(settings.DATA_DIR)
        if not settings.DEMO:
            raise CommandError("Start the demo from the command line: kundenportal demo")
        try:
            with only_one(directory):
                server = DemoServer(port)
                try:
                    self._run(server, directory, start_over=reset or not is_built(directory))
                finally:
                    server.stop()
        except DemoRunsAlready:
            raise CommandError(f"The demo in {directory} is running already; end it first.") from None
        except PortTaken as error:
            raise CommandError(
                f"Port {port}: {error.strerror}. Choose another, such as --port {port + 1}."
            ) from None

    def _run(self, server: DemoServer, directory: Path, *, start_over: bool) -> None:
        if start_over:
            self._say("Building the demo …")
            forget(directory)
        call_command("migrate", verbosity=0)
        collect_static_files_if_stale()
        if start_over:
            build_demo(directory, mails=directory / MAILS, now=timezone.now())
            mark_as_built(directory)
        server.start()
        self._say(welcome(settings.BASE_URL, directory))
        # The job runner has the main thread, for it minds the signals.
        call_command("run_jobs")

    def _say(self, text: str) -> None:
        """Print at once, also into a pipe."""
        self.stdout.write(text)
        self.stdout.flush()
