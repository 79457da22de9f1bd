"""Writing what a utility says as ``utility.toml``."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any


def toml_text(tables: Mapping[str, Any]) -> str:
    """Return tables as TOML; what is left out or None is not written.

    Args:
        tables: texts, numbers, days and tables of them, by key.

    """
    return "\n".join(_lines(tables, "")).strip() + "\n"


def _lines(table: Mapping[str, Any], path: str) -> list[str]:
    values = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    lines = [f"{key} = {_written(value)}" for key, value in values.items() if value is not None]
    if path and lines:
        lines = ["", f"[{path}]", *lines]
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += _lines(value, f"{path}.{key}" if path else key)
    return lines


def _written(value: object) -> str:
    """Return a value as TOML writes it; its texts are those of JSON, whose escapes TOML knows."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
