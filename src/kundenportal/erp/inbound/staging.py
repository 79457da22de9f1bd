"""Temporary tables a delivery waits in, and the little in which PostgreSQL and SQLite differ.

Staging happens outside the transaction that changes the portal's data: on SQLite a temporary table lives in
a database of its own, so the portal can write all the while.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

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


@contextmanager
def bulk_session() -> Iterator[None]:
    """Let PostgreSQL work on many rows at once: more memory for joins and sorts, smaller samples of tables.

    The temporary tables are joined on keys, for which a rough idea of their size is enough.
    """
    if connection.vendor != "postgresql":
        yield
        return
    execute("SET work_mem = '64MB'")
    execute("SET default_statistics_target = 10")
    try:
        yield
    finally:
        execute("RESET work_mem")
        execute("RESET default_statistics_target")


def create_table(name: str, columns: Mapping[str, str]) -> None:
    """Create an empty temporary table; ``columns`` maps names to kinds."""
    drop_table(name)
    kinds = KINDS[connection.vendor]
    described = ", ".join(f"{column} {kinds[kind]}" for column, kind in columns.items())
    execute(f"CREATE TEMPORARY TABLE {name} ({described})")


def drop_table(name: str) -> None:
    """Drop a temporary table if there is one."""
    schema = "pg_temp" if connection.vendor == "postgresql" else "temp"
    execute(f"DROP TABLE IF EXISTS {schema}.{name}")


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
