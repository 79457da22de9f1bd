"""Turning ``KUNDENPORTAL_DATABASE_URL`` into Django's database settings."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pysqlite3

from kundenportal.config.environment import InvalidSetting


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
        InvalidSetting: when the scheme is neither.

    """
    parts = urlsplit(url)
    if parts.scheme in {"", "sqlite"}:
        return _sqlite(Path(unquote(parts.path)[1:]) if parts.path else data_dir / "portal.sqlite3")
    if parts.scheme in {"postgresql", "postgres"}:
        options: dict[str, Any] = dict(parse_qsl(parts.query))
        host = options.pop("host", parts.hostname or "")
        options["pool"] = {"min_size": 1, "max_size": 12, "timeout": 10}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise InvalidSetting(
        f"KUNDENPORTAL_DATABASE_URL: expected postgresql:// or sqlite:///, found {parts.scheme}://"
    )


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
