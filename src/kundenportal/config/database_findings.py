"""What ``check_installation`` finds of the database: whether it answers, its version, tables and clock."""

import datetime as dt
import sqlite3

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from kundenportal.config.findings import Finding
from kundenportal.config.health import missing_migrations

_OLDEST_POSTGRESQL = 150_000
_SOUND_SQLITE = (3, 51, 3)
"""SQLite 3.7.0 to 3.51.2 can corrupt a write-ahead log that is reset while being read (stack.md row 1c)."""

_CLOCK_TOLERANCE = dt.timedelta(seconds=30)
_SECONDS_TO_ANSWER = 5


def database_fault() -> str:
    """Return why the database cannot be reached; nothing when it can.

    PostgreSQL is asked without the pool, which would try again and again, and keep the reason to its log.
    """
    try:
        if connection.vendor == "postgresql":
            wanted = connection.get_connection_params() | {"connect_timeout": _SECONDS_TO_ANSWER}
            psycopg.connect(**wanted).close()
        else:
            connection.ensure_connection()
    except (DatabaseError, psycopg.Error) as error:
        return (str(error).splitlines() or [type(error).__name__])[0]
    return ""


def database_version() -> Finding:
    """Tell which database this is, and whether it is one that the portal may rest on."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        version = sqlite3.sqlite_version_info
        text = f"SQLite {'.'.join(map(str, version))}"
        if version < _SOUND_SQLITE:
            return Finding(
                "Database", text, "This SQLite can corrupt its log: install pysqlite3 0.6.1 or later."
            )
        return Finding("Database", text)
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    text = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    if number < _OLDEST_POSTGRESQL:
        return Finding("Database", text, "Upgrade to PostgreSQL 15 or later.")
    return Finding("Database", text)


def migrations_applied() -> Finding:
    """Tell whether the database has the tables that this code needs."""
    if missing := missing_migrations():
        return Finding("Migrations", f"{len(missing)} missing", "Run: kundenportal migrate")
    return Finding("Migrations", "applied")


def clock(now: dt.datetime) -> Finding:
    """Compare this machine's clock with the database's; one-time links and sessions end by the clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        (value,) = cursor.fetchone()
    there = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(f"{value}+00:00")
    difference = abs(there - now)
    if difference > _CLOCK_TOLERANCE:
        return Finding(
            "Clock",
            f"{difference} off the database's",
            "Set both clocks by a time server (chrony, timesyncd).",
        )
    return Finding("Clock", f"{timezone.localtime(now, settings.UTILITY_TIME_ZONE):%d.%m.%Y %H:%M %Z}")
