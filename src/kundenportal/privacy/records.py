"""Rows of the database as they are handed out to the person they tell of."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field, Model, QuerySet

_OURS_ALONE = frozenset({"row_hash"})
"""What tells of the import, not of a person."""

Open = Callable[[Any], object]


@dataclass(frozen=True)
class Records:
    """Rows of one model, with every column but those left out on purpose.

    A column that is added later is handed out until somebody decides otherwise.

    Attributes:
        queryset: the rows.
        without: columns that are left out, because they are secrets or serve the machine alone.
        opened: further values by name, each computed from the row, such as a sealed column in clear text.

    """

    queryset: QuerySet[Any]
    without: Collection[str] = ()
    opened: Mapping[str, Open] = field(default_factory=dict)

    @property
    def model(self) -> type[Model]:
        """The model of the rows."""
        return self.queryset.model

    @property
    def columns(self) -> list["Field[Any, Any]"]:
        """The columns that are handed out."""
        left_out = _OURS_ALONE | set(self.without)
        return [each for each in self.model._meta.concrete_fields if each.attname not in left_out]

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield every row as names and values, in the order of the primary key."""
        for row in self.queryset.order_by("pk"):
            yield {each.attname: each.value_from_object(row) for each in self.columns} | {
                name: open_value(row) for name, open_value in self.opened.items()
            }
