"""How a file of the exchange format is described: columns, and what is staged of a row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kundenportal.erp.inbound.values import BadValue, Parse, ParseSeveral, Read, Value

Row = Mapping[str, Any]
"""A row's values by column; what they are is told by each column's parser."""


@dataclass(frozen=True)
class Column:
    """A column of a file.

    ``empty`` is what an empty field means; a required field is never empty. ``parse`` makes so many
    ``values`` of a field: a tuple of them where they are more than one. ``is_later`` columns, the last ones
    of a file, joined the format after it was in use: as long as they are empty, a row counts as the same as
    before.
    """

    name: str
    parse: Parse | ParseSeveral
    is_required: bool = False
    empty: Value = None
    values: int = 1
    is_later: bool = False

    def read(self, field: str) -> Read:
        """Return the value of a raw field.

        Raises:
            BadValue: when the field cannot be read.

        """
        trimmed = field.strip()
        if trimmed:
            return self.parse(trimmed)
        if self.is_required:
            raise BadValue(_("Der Wert fehlt."))
        return self.empty


class BadRow(ValueError):
    """Two values of a row do not go together; told beside one of them."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True, eq=False)
class FileSpec:
    """A file of a delivery.

    ``key`` is the column by which other files refer to a row. ``staged`` maps the columns of the staging
    table to their kind (``staging.KINDS``); ``finish`` makes their values, in that order, from a row's. Where
    there is no ``finish``, they are the row's values as they are.
    """

    name: str
    is_required: bool
    key: str
    columns: tuple[Column, ...]
    staged: Mapping[str, str]
    finish: Callable[[Row], tuple[Value, ...]] | None = None

    @property
    def stem(self) -> str:
        """The file's name without ``.csv``."""
        return self.name.removesuffix(".csv")

    @property
    def table(self) -> str:
        """The name of the staging table."""
        return f"staged_{self.stem}"
