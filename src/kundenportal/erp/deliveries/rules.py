"""What is odd about a delivery that is not wrong, and what may be done about it: plain functions."""

from collections.abc import Mapping
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
