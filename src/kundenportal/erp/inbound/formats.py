"""How a file of the exchange format is described: columns, and what is staged of a row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from kundenportal.erp.inbound.values import BadValue, Parse, Value

_REPEATED_VALUES = 4096
"""How many values of a column are remembered as read: dates, words and numbers repeat."""

Row = Mapping[str, Value]


@dataclass(frozen=True)
class Column:
    """A column of a file.

    ``empty`` is what an empty field means; a required field is never empty.
    """

    name: str
    parse: Parse
    is_required: bool = False
    empty: Value = None

    def reader(self) -> Parse:
        """Return a function from a raw field to its value; it raises ``BadValue``."""

        def read_field(field: str) -> Value:
            trimmed = field.strip()
            if trimmed:
                return self.parse(trimmed)
            if self.is_required:
                raise BadValue(_("Der Wert fehlt."))
            return self.empty

        return lru_cache(_REPEATED_VALUES)(read_field)


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
    table to their kind (``staging.KINDS``); ``finish`` makes their values, in that order, from a row's.
    """

    name: str
    is_required: bool
    key: str
    columns: tuple[Column, ...]
    staged: Mapping[str, str]
    finish: Callable[[Row], tuple[Value, ...]]

    @property
    def stem(self) -> str:
        """The file's name without ``.csv``."""
        return self.name.removesuffix(".csv")

    @property
    def table(self) -> str:
        """The name of the staging table."""
        return f"staged_{self.stem}"
