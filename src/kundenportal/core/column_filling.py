"""Filling a new column of a large table in a migration: some rows read, one statement that writes them."""

from collections.abc import Callable
from typing import Any

_LOT = 2_000
"""Rows written by one statement: two values each, far below what any database takes."""


def fill_column(rows: Any, column: str, value_of: Callable[[Any], str], connection: Any) -> None:
    """Set a text column of every row of a query, in the caller's transaction.

    Args:
        rows: a query of a historical model whose primary key is a number.
        column: the column to fill.
        value_of: returns what stands in it, of a row.
        connection: the database's.

    """
    statement = (
        f"UPDATE {rows.model._meta.db_table} SET {column} = column2 "  # noqa: S608
        "FROM (VALUES %s) AS filled WHERE id = column1"
    )
    # Both databases call the columns of listed values so. Rows are found by key, for a cursor that stays
    # open while its table is written may see rows twice.
    last = 0
    with connection.cursor() as cursor:
        while lot := list(rows.filter(pk__gt=last).order_by("pk")[:_LOT]):
            values = [value for row in lot for value in (row.pk, value_of(row))]
            cursor.execute(statement % ", ".join(["(%s, %s)"] * len(lot)), values)
            last = lot[-1].pk
