"""Temporary tables a delivery waits in, and the little in which PostgreSQL and SQLite differ.

Staging happens outside the transaction that changes the portal's data: on SQLite the temporary tables are in
a database of their own, so the portal can write all the while.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection

from kundenportal.erp.inbound.values import Value

KINDS: Mapping[str, Mapping[str, str]] = {
    "postgresql": {
        "text": "text",
        "date": "date",
        "decimal": "numeric",
        "integer": "integer",
        "bigint": "bigint",
        "flag": "boolean",
        "sealed": "bytea",
    },
    "sqlite": {
        "text": "text",
        "date": "date",
        "decimal": "decimal",
        "integer": "integer",
        "bigint": "bigint",
        "flag": "bool",
        "sealed": "blob",
    },
}
"""The kinds of staged columns in each engine's words; SQLite's are those of Django's own tables."""

_BATCH = 10_000


_ON_DISK = "staging"
"""The name under which SQLite knows the file of temporary tables."""

_DIRECTORY_PREFIX = "import-tables-"


@contextmanager
def bulk_session() -> Iterator[None]:
    """Prepare the session for many rows at once.

    PostgreSQL gets more memory for joins and sorts, and takes smaller samples of tables: those here are
    joined on keys, for which a rough idea of their size is enough. SQLite as pysqlite3 builds it keeps its
    own temporary tables in memory, so they get a file. Inside a transaction it could not be detached
    again: there, as in tests, they are few rows.
    """
    if connection.vendor == "postgresql":
        with _more_memory():
            yield
    elif connection.in_atomic_block:
        yield
    else:
        with _file_for_tables():
            yield


@contextmanager
def _more_memory() -> Iterator[None]:
    execute("SET work_mem = '64MB'")
    execute("SET default_statistics_target = 10")
    try:
        yield
    finally:
        execute("RESET work_mem")
        execute("RESET default_statistics_target")


@contextmanager
def _file_for_tables() -> Iterator[None]:
    """Attach a file for temporary tables; one that a killed import left behind goes first."""
    for left_behind in settings.DATA_DIR.glob(f"{_DIRECTORY_PREFIX}*"):
        shutil.rmtree(left_behind)
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix=_DIRECTORY_PREFIX) as directory:
        execute(f"ATTACH DATABASE %s AS {_ON_DISK}", [f"{directory}/tables.sqlite3"])
        execute(f"PRAGMA {_ON_DISK}.synchronous = OFF")
        try:
            yield
        finally:
            execute(f"DETACH DATABASE {_ON_DISK}")


def _schema() -> str:
    """Return where temporary tables are."""
    if connection.vendor == "postgresql":
        return "pg_temp"
    return _ON_DISK if any(row[1] == _ON_DISK for row in fetch("PRAGMA database_list")) else "temp"


def create_table(name: str, columns: Mapping[str, str]) -> None:
    """Create an empty temporary table; ``columns`` maps names to kinds."""
    drop_table(name)
    kinds = KINDS[connection.vendor]
    described = ", ".join(f"{column} {kinds[kind]}" for column, kind in columns.items())
    execute(f"CREATE TABLE {_schema()}.{name} ({described})")


def create_table_as(name: str, query: str) -> None:
    """Create a temporary table of what a query yields."""
    drop_table(name)
    execute(f"CREATE TABLE {_schema()}.{name} AS {query}")
    analyze(name)


def create_index(name: str, column: str) -> None:
    """Create an index on a column of a temporary table."""
    schema = "" if connection.vendor == "postgresql" else f"{_schema()}."
    execute(f"CREATE INDEX {schema}{name}_{column} ON {name} ({column})")


def drop_table(name: str) -> None:
    """Drop a temporary table if there is one."""
    execute(f"DROP TABLE IF EXISTS {_schema()}.{name}")


def insert_rows(name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Add rows to a temporary table in bulk, a batch in memory at a time."""
    add = _copy if connection.vendor == "postgresql" else _insert
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        add(name, columns, batch)


def _copy(name: str, columns: Sequence[str], rows: list[Sequence[Value]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _insert(name: str, columns: Sequence[str], rows: list[Sequence[Value]]) -> None:
    """Insert rows in a savepoint: outside a transaction, SQLite then locks only the temporary database.

    ``transaction.atomic`` would lock the portal's own.
    """
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT staging")
        cursor.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608
        cursor.execute("RELEASE staging")


def analyze(name: str) -> None:
    """Let PostgreSQL know what a table holds now; it plans joins of temporary tables blindly otherwise."""
    if connection.vendor == "postgresql":
        execute(f"ANALYZE {name}")


def lock_rows(table: str, condition: str) -> None:
    """Lock the rows of one of the portal's tables that meet a condition, in the order of their keys.

    Rows that refer to them may come meanwhile. SQLite knows no such locks: there, one at a time writes.
    """
    if connection.features.has_select_for_update:
        in_order = f"SELECT id FROM {table} WHERE {condition} ORDER BY id FOR NO KEY UPDATE"  # noqa: S608
        fetch_number(f"SELECT COUNT(*) FROM ({in_order}) locked")  # noqa: S608


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a query; for few rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def fetch_number(sql: str, params: Sequence[Any] = ()) -> int:
    """Return the one number a query asks for."""
    return int(fetch(sql, params)[0][0])


def stream_numbers(sql: str, params: Sequence[Any] = ()) -> Iterator[int]:
    """Yield the numbers of a query of one column, however many they are."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(_BATCH):
            for (number,) in rows:
                yield number
