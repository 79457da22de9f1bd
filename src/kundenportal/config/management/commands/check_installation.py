"""``kundenportal check_installation``."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kundenportal.config.installation import inspect_installation


class Command(BaseCommand):
    help = "Tells what is wrong or missing in this installation, and what to do about it."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, **options: Any) -> None:
        """Print one line for each thing that was looked at; end with exit code 1 when one is wrong."""
        wrong = 0
        for finding in inspect_installation(timezone.now()):
            mark = "ok  " if finding.is_well else "FIX "
            self.stdout.write(f"{mark} {finding.subject:<13} {finding.text}")
            if not finding.is_well:
                wrong += 1
                self.stdout.write(f"     {'':<13} -> {finding.fix}")
        self.stdout.write(f"\n{wrong} to fix" if wrong else "\nEverything is in order.")
        if wrong:
            raise SystemExit(1)
