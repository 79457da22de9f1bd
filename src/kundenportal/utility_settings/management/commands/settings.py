"""``kundenportal settings``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kundenportal.utility_settings.rules import flat, with_values
from kundenportal.utility_settings.selectors import current_utility
from kundenportal.utility_settings.toml_text import toml_text


class Command(BaseCommand):
    help = (
        "Prints what the portal says of its utility now, as a utility.toml: the file and what staff changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["export"])

    def handle(self, **options: Any) -> None:
        """Print the file."""
        values = flat(current_utility().state.utility)
        self.stdout.write(toml_text(with_values({}, values)), ending="")
