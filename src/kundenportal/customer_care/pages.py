"""Long lists about a customer, a page at a time, the newest first; each page begins where one ended."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from kundenportal.core.pages import Page, cut_page

Row = TypeVar("Row", bound=Model)


def page_after(rows: QuerySet[Row], *, by: str, after: int | None, limit: int) -> Page[Row, int]:
    """Return the rows that follow one of them, the newest first; one query.

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
    return cut_page(rows.order_by(f"-{by}", "-pk"), limit=limit, mark=lambda row: row.pk)
