"""The console script ``kundenportal``: Django's command runner with the portal's settings."""

import datetime as dt
import os
import sys
from zoneinfo import ZoneInfoNotFoundError

from django.core.management import execute_from_command_line

from kundenportal.config.environment import InvalidSetting
from kundenportal.core.toml_tables import InvalidUtilityFile
from kundenportal.demo.environment import prepare_environment


def main() -> None:
    """Run the command named by the arguments; a setting that cannot be used ends it with one clear line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kundenportal.config.settings")
    if sys.argv[1:2] == ["demo"]:
        prepare_environment(sys.argv[2:], now=dt.datetime.now(dt.UTC))
    try:
        execute_from_command_line(sys.argv)
    except InvalidSetting as error:
        sys.exit(str(error))
    except InvalidUtilityFile as error:
        sys.exit(f"KUNDENPORTAL_UTILITY: {error}")
    except ZoneInfoNotFoundError as error:
        sys.exit(f"{error.args[0]}; mend time_zone in utility.toml, or install the package tzdata")
