"""The console script ``kundenportal``: Django's command runner with the portal's settings."""

import datetime as dt
import os
import sys

from kundenportal.demo.environment import prepare_environment


def main() -> None:
    """Run the command named by the arguments."""
    if sys.argv[1:2] == ["demo"]:
        prepare_environment(sys.argv[2:], now=dt.datetime.now(dt.UTC))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kundenportal.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(sys.argv)
