"""Reading settings from ``KUNDENPORTAL_*`` variables, ``*_FILE`` secrets and a ``.env`` file."""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email
from kundenportal.core.schedules import Schedule, parse_schedule

PREFIX = "KUNDENPORTAL_"
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")


class InvalidSetting(ValueError):
    """A setting cannot be used; the message names the variable and what is expected."""


class Environment:
    """The settings of this process, read by name without the prefix."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._known: set[str] = set()

    @classmethod
    def of_process(cls, dotenv: Path | None) -> "Environment":
        """Return the process's environment over the values of a ``.env`` file, where there is one."""
        return cls({**(read_dotenv(dotenv) if dotenv else {}), **os.environ})

    def text(self, name: str, default: str = "") -> str:
        """Return a setting, or the content of the file that ``<name>_FILE`` points to.

        The file's last newline is dropped: editors add it, and no secret ends with it. An empty value counts
        as none.

        Raises:
            InvalidSetting: when the file cannot be read.

        """
        self._known |= {name, f"{name}_FILE"}
        if path := self._values.get(f"{PREFIX}{name}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").rstrip("\r\n") or default
            except (OSError, UnicodeDecodeError) as error:
                raise InvalidSetting(f"{PREFIX}{name}_FILE: {error}") from error
        return self._values.get(f"{PREFIX}{name}") or default

    def unknown(self) -> dict[str, str]:
        """Return the variables that nobody has asked for, such as misspelt ones, and which may be meant."""
        ours = {name.removeprefix(PREFIX) for name in self._values if name.startswith(PREFIX)}
        found = {}
        for name in sorted(ours - self._known):
            close = difflib.get_close_matches(name, sorted(self._known), n=1)
            found[f"{PREFIX}{name}"] = f"{PREFIX}{close[0]}" if close else ""
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a yes/no setting.

        Raises:
            InvalidSetting: when it is neither.

        """
        value = self.text(name).strip().lower()
        if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
            return value in {"1", "true", "yes", "on"} if value else default
        raise InvalidSetting(f"{PREFIX}{name}: expected true or false, found {value!r}")

    def number(self, name: str, default: int, *, at_least: int, at_most: int) -> int:
        """Return a whole number between two bounds, both included.

        Raises:
            InvalidSetting: when it is no such number.

        """
        value = self.text(name, str(default)).strip()
        if not value.isascii() or not value.isdigit() or not at_least <= int(value) <= at_most:
            raise InvalidSetting(
                f"{PREFIX}{name}: expected a number from {at_least} to {at_most}, found {value!r}"
            )
        return int(value)

    def choice(self, name: str, default: str, *choices: str) -> str:
        """Return one of the choices.

        Raises:
            InvalidSetting: when it is none of them.

        """
        value = self.text(name, default).strip().lower()
        if value not in choices:
            raise InvalidSetting(f"{PREFIX}{name}: expected {' or '.join(choices)}, found {value!r}")
        return value

    def origin(self, name: str, default: str) -> str:
        """Return scheme, host and, where there is one, port of a web address, without a slash at its end.

        Raises:
            InvalidSetting: when it is written otherwise.

        """
        value = self.text(name, default).strip().rstrip("/")
        try:
            parts = urlsplit(value)
            is_origin = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_origin = False
        if not is_origin or parts.path or parts.query or parts.fragment or parts.username is not None:
            raise InvalidSetting(
                f"{PREFIX}{name}: expected scheme and host without a path, "
                f"such as https://portal.stadtwerke-musterbach.de, found {value!r}"
            )
        return value

    def host(self, name: str) -> str:
        """Return a host name in small letters; nothing when none is given.

        Raises:
            InvalidSetting: when it is more than a name, such as a whole address.

        """
        value = self.text(name).strip().lower()
        if value and not _HOST.fullmatch(value):
            raise InvalidSetting(
                f"{PREFIX}{name}: expected a host name alone, "
                f"such as verwaltung.stadtwerke-musterbach.de, found {value!r}"
            )
        return value

    def email(self, name: str) -> str:
        """Return an e-mail address in its canonical form; nothing when none is given.

        Raises:
            InvalidSetting: when no mail could be sent there.

        """
        value = self.text(name).strip()
        try:
            return canonical_email(value) if value else ""
        except InvalidEmailAddress as error:
            raise InvalidSetting(f"{PREFIX}{name}: expected an e-mail address, found {value!r}") from error

    def schedule(self, name: str, default: str) -> Schedule:
        """Return when something is due: every so many minutes, or at times of the day.

        Raises:
            InvalidSetting: when it is written otherwise.

        """
        value = self.text(name, default).strip()
        try:
            return parse_schedule(value)
        except ValueError:
            raise InvalidSetting(
                f"{PREFIX}{name}: expected minutes such as 60, or times such as 06:00,18:30, found {value!r}"
            ) from None


def read_dotenv(path: Path) -> dict[str, str]:
    """Return the ``NAME=value`` lines of a ``.env`` file; quotes around a value are dropped."""
    values: dict[str, str] = {}
    if not path.is_file():
        return values
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith("#"):
            values[name.strip().removeprefix("export ")] = value.strip().strip("\"'")
    return values
