"""From a line of a file to a typed row, or to everything that is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter, methodcaller
from typing import Any

from django.utils.translation import gettext as _

from kundenportal.erp.inbound.dialect import SEPARATOR, BrokenQuoting, join_row, split_row
from kundenportal.erp.inbound.formats import BadRow, Column, FileSpec
from kundenportal.erp.inbound.values import BadValue, Value

_QUOTE = b'"'
_count_separators = methodcaller("count", SEPARATOR.encode())


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a row; without a column it is the row itself."""

    column: str
    value: str
    reason: str


class BadFields(ValueError):
    """A row has wrong values. ``key`` is what other files call the row, None when it cannot be told."""

    def __init__(self, faults: list[Fault], key: str | None) -> None:
        super().__init__(faults)
        self.faults = faults
        self.key = key


class HeaderRefused(ValueError):
    """A header row does not fit the file; the German sentence says why."""


class RowParser:
    """Reads the rows of one file under its header, whatever the order of its columns.

    Attributes:
        unknown: names of columns the format does not know; they are ignored.

    """

    def __init__(self, spec: FileSpec, header: bytes) -> None:
        self._spec = spec
        names = _header_names(header)
        known = [column.name for column in spec.columns]
        missing = [each.name for each in spec.columns if each.is_required and each.name not in names]
        if missing:
            raise HeaderRefused(_missing(missing, names))
        self.unknown = [name for name in names if name and name not in known]
        self._width = len(names)
        self._is_in_order = names == known[: len(names)]
        self._padding = b";" * (len(known) - len(names))
        self._later = sum(column.is_later for column in spec.columns)
        # A field after the last stands in for the optional columns that are not there.
        self._places = [names.index(name) if name in names else self._width for name in known]
        self._pick = itemgetter(*self._places)
        self._names = known
        self._columns = [RememberedColumn(column) for column in spec.columns]

    def canonical(self, lines: list[bytes]) -> list[bytes]:
        """Return the one spelling of each line, which does not depend on column order and needless quotes.

        Columns that joined the format later leave no trace as long as they are empty, so that a delivery of
        before is still the same. A line that is no row is returned as it is.
        """
        if not self._is_in_order:
            spelled = [self._canonical(line) for line in lines]
        else:
            padding = self._padding
            spelled = [line + padding if _QUOTE not in line else self._canonical(line) for line in lines]
        return [self._without_empty_later(line) for line in spelled] if self._later else spelled

    def _canonical(self, line: bytes) -> bytes:
        try:
            return join_row(self._fields(line))
        except BadFields:
            return line

    def _without_empty_later(self, line: bytes) -> bytes:
        for _each in range(self._later):
            line = line.removesuffix(b";")
        return line

    def _fields(self, line: bytes) -> list[str]:
        """Return a row's fields in the order of the format."""
        try:
            fields = split_row(line)
        except BrokenQuoting:
            reason = _("Die Anführungszeichen der Zeile gehen nicht auf.")
            raise BadFields([Fault("", "", reason)], None) from None
        if len(fields) != self._width:
            reason = _("Die Zeile hat %(found)d statt %(expected)d Felder.")
            told = reason % {"found": len(fields), "expected": self._width}
            raise BadFields([Fault("", "", told)], None)
        return list(self._pick([*fields, ""]))

    def parse_block(self, lines: list[bytes], *leading: Sequence[Value]) -> list[tuple[Value, ...]] | None:
        """Return what is staged of many rows at once, or None when any of them needs a closer look.

        Working by column, each different value is read once, and the rest is looking up.

        Args:
            lines: the rows.
            leading: values to put before each row's, one sequence for each.

        """
        block = b"\n".join(lines)
        if _QUOTE in block or set(map(_count_separators, lines)) != {self._width - 1}:
            return None
        flat = block.decode().replace(SEPARATOR, "\n").split("\n")
        fields = [flat[place :: self._width] for place in range(self._width)]
        fields.append([""] * len(lines))
        try:
            columns = [
                values
                for column, place in zip(self._columns, self._places, strict=True)
                for values in column.read_all(fields[place])
            ]
            if self._spec.finish is None:
                return list(zip(*leading, *columns, strict=True))
            finish, names = self._spec.finish, self._names
            finished = [finish(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]
        except (BadValue, BadRow):
            return None
        return [(*first, *row) for first, row in zip(zip(*leading, strict=True), finished, strict=True)]

    def parse(self, line: bytes) -> tuple[Value, ...]:
        """Return what is staged of a row.

        Raises:
            BadFields: with every wrong value of the row.

        """
        fields = self._fields(line)
        faults: list[Fault] = []
        values: dict[str, Any] = {}
        for column, field in zip(self._spec.columns, fields, strict=True):
            try:
                values[column.name] = column.read(field)
            except BadValue as error:
                faults.append(Fault(column.name, field.strip(), error.reason))
        if not faults:
            try:
                return self._staged(values)
            except BadRow as error:
                field = fields[self._names.index(error.column)]
                faults.append(Fault(error.column, field.strip(), error.reason))
        key = values.get(self._spec.key)
        raise BadFields(faults, None if key is None else str(key))

    def _staged(self, values: dict[str, Any]) -> tuple[Value, ...]:
        if self._spec.finish is not None:
            return self._spec.finish(values)
        several = (each if isinstance(each, tuple) else (each,) for each in values.values())
        return tuple(chain.from_iterable(several))


class RememberedColumn:
    """A column that remembers its values as read: dates, words and numbers repeat."""

    _MOST = 100_000

    def __init__(self, column: Column) -> None:
        self._read = column.read
        self._is_several = column.values > 1
        self._known: dict[str, Any] = {}

    def read_all(self, fields: Sequence[str]) -> list[Sequence[Value]]:
        """Return the values of a column's fields; more than one sequence if a field makes several values.

        Raises:
            BadValue: when any field cannot be read.

        """
        known = self._known
        if len(known) > self._MOST:
            known.clear()
        for field in set(fields).difference(known):
            known[field] = self._read(field)
        values = [known[field] for field in fields]
        return list(zip(*values, strict=True)) if self._is_several else [values]


def _header_names(header: bytes) -> list[str]:
    """Return the names of a header row in lower case."""
    try:
        names = [field.strip().lower() for field in split_row(header)]
    except BrokenQuoting:
        raise HeaderRefused(_("Die Anführungszeichen der Kopfzeile gehen nicht auf.")) from None
    for name in names:
        if name and names.count(name) > 1:
            raise HeaderRefused(_("Die Spalte „%(name)s“ kommt zweimal vor.") % {"name": name})
    return names


def _missing(missing: list[str], names: list[str]) -> str:
    if len(names) == 1 and any(separator in names[0] for separator in ",\t|"):
        return _("Das Trennzeichen der Kopfzeile ist kein Semikolon.")
    return _("Es fehlen Spalten: %(names)s.") % {"names": ", ".join(missing)}
