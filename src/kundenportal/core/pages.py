"""Long lists, a page at a time: each page begins after a row of the one before (keyset).

A page costs the same anywhere in the list, and nothing is shown twice or skipped while rows come and go.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Row = TypeVar("Row")
Mark = TypeVar("Mark")
Row_co = TypeVar("Row_co", covariant=True)
Mark_co = TypeVar("Mark_co", covariant=True)


class Rows(Protocol[Row_co]):
    """Rows in their order of which a part can be taken: a query, or a list."""

    def __getitem__(self, part: slice, /) -> Iterable[Row_co]:
        """Return the rows of a part."""


@dataclass(frozen=True)
class Page(Generic[Row_co, Mark_co]):
    """Some rows of a list.

    Attributes:
        rows: in the list's order.
        next_after: an id or a ``places.Place`` that marks the last of them when more follow, else None.

    """

    rows: tuple[Row_co, ...]
    next_after: Mark_co | None


def cut_page(rows: Rows[Row], *, limit: int, mark: Callable[[Row], Mark]) -> Page[Row, Mark]:
    """Return the first rows as a page; one query, which reads one row more to tell whether others follow.

    Args:
        rows: all rows from where the page begins, in their order.
        limit: how many the page holds at most.
        mark: what the next page begins after, told from the last row.

    """
    found = tuple(rows[: limit + 1])
    shown = found[:limit]
    return Page(shown, mark(shown[-1]) if len(found) > limit else None)
