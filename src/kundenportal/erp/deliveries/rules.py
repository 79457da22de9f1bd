"""What is odd about a delivery that is not wrong, and what may be done about it: plain functions."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

MOST_RENAMED_PERCENT = 2
"""How many active customers may get another name or e-mail before somebody looks (security.md A15)."""


def is_renaming_many(report: Mapping[str, Any]) -> bool:
    """Tell whether a delivery of master data renames more than ``MOST_RENAMED_PERCENT`` of the customers."""
    active = report.get("active", {}).get("kunden.csv", 0)
    return bool(report.get("renamed_customers", 0) * 100 > MOST_RENAMED_PERCENT * active)


def loses_much(report: Mapping[str, Any]) -> bool:
    """Tell whether a delivery of master data would end so much that it is refused unless that is meant."""
    return bool(report.get("losses"))


def changes_of(report: Mapping[str, Any]) -> dict[str, tuple[int, int, int]]:
    """Return how many rows of each file are new, changed and ended: what a release is given for."""
    files: Mapping[str, Mapping[str, int]] = report.get("files", {})
    return {name: (each["new"], each["changed"], each["ended"]) for name, each in files.items()}


class Beginning(Enum):
    """What a file looks like by its first bytes."""

    EMPTY = "empty"
    ZIP = "zip"
    RESULTS = "results"
    OTHER_TABLE = "other table"
    UNKNOWN = "unknown"


ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
"""How a ZIP file begins: with its first entry, or at once with its end when it is empty."""

_RESULT_COLUMNS = {"vorgang", "ergebnis"}


def beginning_of(start: bytes) -> Beginning:
    """Return what a file looks like, so that somebody who chose a wrong one hears it at once.

    Args:
        start: its first bytes, the first line of a table among them.

    """
    if not start.strip():
        return Beginning.EMPTY
    if start.startswith(ZIP_STARTS):
        return Beginning.ZIP
    head = next(line for line in start.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip())
    names = {name.strip(' "').casefold() for name in head.decode("cp1252", "replace").split(";")}
    if names >= _RESULT_COLUMNS:
        return Beginning.RESULTS
    return Beginning.OTHER_TABLE if len(names) > 1 else Beginning.UNKNOWN
