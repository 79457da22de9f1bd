"""Reading the tables of ``utility.toml``: what is unknown or of the wrong kind is told by its key."""

from dataclasses import fields
from typing import Any


class InvalidUtilityFile(ValueError):
    """``utility.toml`` cannot be used; the message names the key and what is expected.

    Args:
        key: the key with the tables it stands in, such as ``brand.light``.
        expected: what is expected there, and what was found.

    """

    def __init__(self, key: str, expected: str) -> None:
        super().__init__(f"{key}: {expected}")
        self.key = key


def table_of(data: dict[str, Any], name: str, where: str = "") -> dict[str, Any]:
    """Return a table, empty when it is left out.

    Args:
        data: the table it stands in.
        name: its key.
        where: the keys before it, such as ``readings.``.

    Raises:
        InvalidUtilityFile: when the key holds something else.

    """
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise InvalidUtilityFile(f"{where}{name}", f"expected a table, found {table!r}")
    return table


def check_keys(kind: type[Any], data: dict[str, Any], where: str, *, also: set[str]) -> None:
    """Refuse keys that a dataclass has no field for, so that a misspelt one is noticed.

    Args:
        kind: the dataclass.
        data: the table.
        where: the keys before its own, such as ``readings.``.
        also: keys that stand for no field of the same name.

    Raises:
        InvalidUtilityFile: when there is such a key.

    """
    known = {each.name for each in fields(kind)} | also
    for key in sorted(set(data) - known):
        raise InvalidUtilityFile(f"{where}{key}", f"unknown key; known are {', '.join(sorted(known))}")


def check_texts(data: dict[str, Any], where: str = "") -> dict[str, str]:
    """Return a table whose values are all texts.

    Raises:
        InvalidUtilityFile: when a value is something else.

    """
    for key, value in data.items():
        if not isinstance(value, str):
            raise InvalidUtilityFile(f"{where}{key}", f"expected text in quotes, found {value!r}")
    return data
