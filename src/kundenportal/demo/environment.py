"""What the demo runs on, settled before Django's settings load: its directory, its utility, its addresses."""

import argparse
import datetime as dt
import os
from pathlib import Path
from zoneinfo import ZoneInfo

from kundenportal.demo.days import reading_period

DIRECTORY = Path("var/demo")
PORT = 8000
TIME_ZONE = "Europe/Berlin"

_UTILITY = Path(__file__).with_name("utility.toml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kundenportal demo`` to a parser."""
    parser.add_argument("--port", type=_port, default=PORT, help=f"port of the portal (default: {PORT})")
    parser.add_argument("--reset", action="store_true", help="forget what was kept and start over")


def prepare_environment(arguments: list[str], *, now: dt.datetime) -> None:
    """Make this process's environment the demo's: whatever was configured before counts no more.

    A demo must never touch the database of an installation, so every variable of one is dropped, and
    ``KUNDENPORTAL_DEMO`` tells the settings to leave a ``.env`` file alone.

    Args:
        arguments: what follows ``demo`` on the command line; wrong ones are left to the command.
        now: aware; around the utility's local day of it the reading period is open.

    """
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    add_arguments(parser)
    try:
        port = parser.parse_known_args(arguments)[0].port
    except argparse.ArgumentError:
        port = PORT
    today = now.astimezone(ZoneInfo(TIME_ZONE)).date()
    directory = DIRECTORY.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    for name in [name for name in os.environ if name.startswith("KUNDENPORTAL_")]:
        del os.environ[name]
    os.environ.update(
        KUNDENPORTAL_DEMO="true",
        KUNDENPORTAL_DATA_DIR=str(directory),
        KUNDENPORTAL_UTILITY=str(_write_utility(directory, today)),
        KUNDENPORTAL_SMTP_URL=f"maildir:{directory / 'mail'}",
        KUNDENPORTAL_STAFF_REVIEW="unusual",
        KUNDENPORTAL_BANK_FOUR_EYES="true",
        KUNDENPORTAL_DOCUMENTS_RELEASE_ABOVE="2",
        KUNDENPORTAL_BASE_URL=f"http://localhost:{port}",
    )


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, found {port}")
    return port


def _write_utility(directory: Path, today: dt.date) -> Path:
    """Write the demo's ``utility.toml`` with a reading period that is open today."""
    start, end = reading_period(today)
    path = directory / "utility.toml"
    path.write_text(
        f'{_UTILITY.read_text(encoding="utf-8")}period_start = "{start:%m-%d}"\nperiod_end = "{end:%m-%d}"\n',
        encoding="utf-8",
    )
    return path
