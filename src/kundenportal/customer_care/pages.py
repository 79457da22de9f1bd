"""Long lists about a customer, a page at a time, the newest first; each page begins where one ended."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the id of the last one when more follow; None when none do."""

    rows: tuple[Row, ...]
    after: int | None


def page_after(rows: QuerySet[Row], *, by: str, after: int | None, limit: int) -> Page[Row]:
    """Return the rows that follow one of them, the newest first; one query, as cheap anywhere (keyset).

    Args:
        rows: all of them.
        by: the field that tells how new a row is; among equals the greater id is the newer.
        after: the id of the row before; None begins with the newest, and nothing follows one of other rows.
        limit: how many at most.

    """
    if after is not None:
        last = rows.filter(pk=after).order_by().values(by)[:1]
        is_older = Q(**{f"{by}__lt": last}) | Q(**{by: last, "pk__lt": after})
        rows = rows.filter(is_older)
    found = tuple(rows.order_by(f"-{by}", "-pk")[: limit + 1])
    return Page(found[:limit], found[limit - 1].pk if len(found) > limit else None)
