"""The console script ``kundenportal``: Django's command runner with the portal's settings."""

import datetime as dt
import os
import sys
from zoneinfo import ZoneInfoNotFoundError

from django.core.management import execute_from_command_line
from django.db import OperationalError

from kundenportal.config.environment import InvalidSetting
from kundenportal.core.toml_tables import InvalidUtilityFile
from kundenportal.demo.environment import prepare_environment


def main() -> None:
    """Run the command named by the arguments; a wrong setting is told in one clear line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kundenportal.config.settings")
    _keep_files_from_others()
    if sys.argv[1:2] == ["demo"]:
        prepare_environment(sys.argv[2:], now=dt.datetime.now(dt.UTC))
    try:
        execute_from_command_line(sys.argv)
    except InvalidSetting as error:
        sys.exit(str(error))
    except InvalidUtilityFile as error:
        sys.exit(f"KUNDENPORTAL_UTILITY: {error}")
    except OperationalError as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        sys.exit(f"The database does not answer: {reason}; kundenportal check_installation tells more")
    except ZoneInfoNotFoundError as error:
        sys.exit(f"{error.args[0]}; mend time_zone in utility.toml, or install the package tzdata")


def _keep_files_from_others() -> None:
    """Let other accounts of the machine read nothing that is written: database, exports with bank accounts.

    What the group may is left as it is, for the billing system takes its batches as a member of it.
    """
    os.umask(os.umask(0o077) | 0o007)
