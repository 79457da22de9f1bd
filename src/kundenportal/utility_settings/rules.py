"""Putting what staff changed over what the file says."""

import datetime as dt
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any

from kundenportal.core.toml_tables import InvalidUtilityFile
from kundenportal.core.utility import ReadingPeriod, Utility, read_utility

Tables = dict[str, Any]
"""``utility.toml`` as it is read: tables of tables."""

Value = str | int | float | None
"""What a key holds as JSON has it; a day is ``2026-11-22``, None stands for a key that is left out."""

Values = Mapping[str, Value]
"""Values by keys with the tables they stand in, such as ``brand.light``."""

_DAYS = frozenset({"accessibility.checked_date"})
"""The keys that hold a day, which TOML writes without quotes."""


@dataclass(frozen=True)
class Effective:
    """What counts.

    Attributes:
        utility: what the portal reads.
        refused: the changes that cannot be used, by key, and why; the file's values count in their place.

    """

    utility: Utility
    refused: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """What a key held and what it holds now."""

    key: str
    before: Value
    after: Value


def effective(tables: Tables, values: Values) -> Effective:
    """Return the file's tables with changes put over them, by the very rule that reads the file.

    A change that the rule refuses is left out, so that nothing stored can stop the portal. When the rule
    stumbles over something that was not changed, what was changed made it so: then no change counts.

    Args:
        tables: what stands in the file, which can be used as it is.
        values: what was changed.

    """
    left, refused = dict(values), dict[str, str]()
    while True:
        try:
            return Effective(read_utility(with_values(tables, left)), refused)
        except InvalidUtilityFile as error:
            keys = [error.key] if error.key in left else list(left)
            if not keys:
                raise
            for key in keys:
                refused[key] = str(error)
                del left[key]


def with_values(tables: Tables, values: Values) -> Tables:
    """Return tables with values in the place of those they hold; the tables given stay as they are."""
    result = deepcopy(tables)
    for key, value in values.items():
        *path, name = key.split(".")
        table = result
        for each in path:
            table = table.setdefault(each, {})
        if value is None:
            table.pop(name, None)
        else:
            table[name] = _as_day(value) if key in _DAYS else value
    return result


def flat(utility: Utility) -> dict[str, Value]:
    """Return what a utility says, by the keys of ``utility.toml``."""
    return _flat(utility, "")


def overrides(values: Values, of_file: Values) -> dict[str, Value]:
    """Return the values that differ from the file's; what equals the file goes on following it."""
    return {key: value for key, value in values.items() if value != of_file[key]}


def changes(before: Values, after: Values) -> list[Change]:
    """Return what differs between two states of the same keys."""
    return [Change(key, before[key], after[key]) for key in after if before[key] != after[key]]


def _as_day(value: Value) -> object:
    """Return a day; what is none stays as it is, for the rule to refuse."""
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return value


def _flat(table: Any, where: str) -> dict[str, Value]:
    pairs = (
        [(each.name, getattr(table, each.name)) for each in fields(table)]
        if is_dataclass(table)
        else list(table.items())
    )
    result: dict[str, Value] = {}
    for name, value in pairs:
        key = f"{where}{name}"
        if key == "readings.period":
            result |= _period(value)
        elif is_dataclass(value) or isinstance(value, Mapping):
            result |= _flat(value, f"{key}.")
        else:
            result[key] = _as_json(value)
    return result


def _period(period: ReadingPeriod | None) -> dict[str, Value]:
    ends = (period.start, period.end) if period else (None, None)
    names = ("readings.period_start", "readings.period_end")
    return {name: f"{end[0]:02}-{end[1]:02}" if end else None for name, end in zip(names, ends, strict=True)}


def _as_json(value: object) -> Value:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value  # type: ignore[return-value]  # The dataclasses of a utility hold nothing else.
