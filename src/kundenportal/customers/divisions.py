"""The divisions of many rows in one column, so that a query need not give a row for each."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, CharField, Model, QuerySet, Subquery
from django.db.models.sql.compiler import SQLCompiler

from kundenportal.customers.models import Division


class _Joined(Aggregate):
    """The different texts of a column, with commas between them."""

    function = "STRING_AGG"
    template = "%(function)s(%(distinct)s%(expressions)s, ',')"
    allow_distinct = True
    output_field = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        """SQLite takes no separator beside DISTINCT; its own is the comma."""
        template = "%(function)s(%(distinct)s%(expressions)s)"
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", template=template, **extra)


def divisions_in(rows: QuerySet[Model], *, by: str, division: str) -> Subquery:
    """Return an expression: which divisions there are among rows, for ``split_divisions``.

    Args:
        rows: those that belong to the outer query's row.
        by: their field that leads to it.
        division: their field with the division.

    """
    joined = rows.order_by().values(by).annotate(joined=_Joined(division, distinct=True))
    return Subquery(joined.values("joined"))


def split_divisions(joined: str | None) -> tuple[str, ...]:
    """Return divisions in the order of ``Division``; None, for no row at all, as none."""
    found = (joined or "").split(",")
    return tuple(each for each in Division.values if each in found)
