"""Turning ``KUNDENPORTAL_DATABASE_URL`` into Django's database settings."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pysqlite3
from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo

from kundenportal.config.environment import InvalidSetting

_POOL = {"min_size": 1, "max_size": 12, "timeout": 10, "reconnect_timeout": 5}
"""A connection that cannot be made is given up after five seconds, and tried anew by who needs it next: the
pool itself would pause for minutes, also when the database has long been there again."""

_FORM = "postgresql://user:password@host:5432/name or sqlite:////absolute/path.sqlite3"


def use_current_sqlite() -> None:
    """Put pysqlite3 in the place of the interpreter's own SQLite, before Django's engine loads it.

    Debian 12's SQLite 3.40.1 can corrupt a write-ahead log that is reset while being read.
    """
    if "django.db.backends.sqlite3.base" not in sys.modules:
        sys.modules["sqlite3"] = pysqlite3
        sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def database_settings(url: str, data_dir: Path) -> dict[str, Any]:
    """Return the settings of the default database.

    Args:
        url: ``postgresql://user:pw@host:5432/name?sslmode=require``, ``sqlite:///path``, or empty for
            ``portal.sqlite3`` in the data directory.
        data_dir: the data directory.

    Raises:
        InvalidSetting: when it is none of these; the message never repeats the password.

    """
    if not url:
        return _sqlite(data_dir / "portal.sqlite3")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidSetting(f"KUNDENPORTAL_DATABASE_URL: {error}; expected {_FORM}") from error
    name = unquote(parts.path[1:])
    if parts.scheme == "sqlite" and name and not parts.netloc:
        return _sqlite(Path(name))
    if parts.scheme in {"postgresql", "postgres"} and name:
        options: dict[str, Any] = dict(parse_qsl(parts.query))
        _refuse_unknown(options)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", parts.hostname or ""),
            "PORT": options.pop("port", str(port or "")),
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options | {"pool": _POOL},
        }
    raise InvalidSetting(f"KUNDENPORTAL_DATABASE_URL: expected {_FORM}")


def _refuse_unknown(options: Mapping[str, str]) -> None:
    """Refuse options that PostgreSQL's client does not know: a pool would try them again and again."""
    for name in options:
        try:
            make_conninfo(**{name: ""})
        except ProgrammingError as error:
            raise InvalidSetting(f"KUNDENPORTAL_DATABASE_URL: {str(error).strip()}") from error


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
        },
    }
