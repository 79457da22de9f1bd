"""``kundenportal maintenance``."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kundenportal.config.maintenance import (
    InvalidTime,
    current_maintenance,
    parse_until,
    switch_off,
    switch_on,
)


class Command(BaseCommand):
    help = "Closes the portal while it is being worked on, opens it again, or tells which it is."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", nargs="?", choices=["on", "off"], help="left out: tells the state")
        parser.add_argument("--until", metavar="TIME", help="14:00 or 2026-11-22 14:00, shown to customers")

    def handle(self, *, state: str | None, until: str | None, **options: Any) -> None:
        """Switch, and say what is so now."""
        if until is not None and state != "on":
            raise CommandError("--until goes with: maintenance on")
        if state == "on":
            try:
                switch_on(parse_until(until, now=timezone.now()) if until is not None else None)
            except InvalidTime as error:
                raise CommandError(f"--until: {error}") from error
        elif state == "off" and not switch_off():
            self.stdout.write("The portal was open already.")
            return
        self.stdout.write(self._state())

    def _state(self) -> str:
        maintenance = current_maintenance()
        if maintenance is None:
            return "The portal is open."
        if maintenance.until is None:
            return "The portal is closed. Open it with: kundenportal maintenance off"
        until = maintenance.until.astimezone(settings.UTILITY_TIME_ZONE)
        return (
            f"The portal is closed; customers read {until:%d.%m.%Y %H:%M} as its end. "
            "Open it with: kundenportal maintenance off"
        )
