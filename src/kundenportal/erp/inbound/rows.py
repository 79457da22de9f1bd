"""From a line of a file to a typed row, or to everything that is wrong with it."""

from dataclasses import dataclass
from operator import itemgetter

from django.utils.translation import gettext as _

from kundenportal.erp.inbound.dialect import BrokenQuoting, join_row, split_row
from kundenportal.erp.inbound.formats import BadRow, FileSpec
from kundenportal.erp.inbound.values import BadValue, Value

_QUOTE = b'"'


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
        # A field after the last stands in for optional columns that are not there.
        self._pick = itemgetter(*[names.index(name) if name in names else self._width for name in known])
        self._names = known
        self._readers = [column.reader() for column in spec.columns]

    def canonical(self, lines: list[bytes]) -> list[bytes]:
        """Return the one spelling of each line, which does not depend on column order and needless quotes.

        A line that is no row is returned as it is.
        """
        if not self._is_in_order:
            return [self._canonical(line) for line in lines]
        padding = self._padding
        return [line + padding if _QUOTE not in line else self._canonical(line) for line in lines]

    def _canonical(self, line: bytes) -> bytes:
        try:
            return join_row(self._fields(line))
        except BadFields:
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

    def parse(self, line: bytes) -> tuple[Value, ...]:
        """Return what is staged of a row.

        Raises:
            BadFields: with every wrong value of the row.

        """
        fields = self._fields(line)
        try:
            values = [read(field) for read, field in zip(self._readers, fields, strict=True)]
            return self._spec.finish(dict(zip(self._names, values, strict=True)))
        except (BadValue, BadRow):
            raise BadFields(self._faults(fields), self._key(fields)) from None

    def _faults(self, fields: list[str]) -> list[Fault]:
        faults, values = [], {}
        for name, read, field in zip(self._names, self._readers, fields, strict=True):
            try:
                values[name] = read(field)
            except BadValue as error:
                faults.append(Fault(name, field.strip(), error.reason))
        if not faults:
            try:
                self._spec.finish(values)
            except BadRow as error:
                field = fields[self._names.index(error.column)]
                faults.append(Fault(error.column, field.strip(), error.reason))
        return faults

    def _key(self, fields: list[str]) -> str | None:
        place = self._names.index(self._spec.key)
        try:
            return str(self._readers[place](fields[place]))
        except BadValue:
            return None


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
