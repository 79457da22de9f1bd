"""Utilities for tests that need one of whom everything is known."""

from pathlib import Path

from kundenportal import demo
from kundenportal.core.utility import Utility, load_utility


def complete_utility() -> Utility:
    """Return the demo's utility: no text of the portal lacks a fact of it."""
    return load_utility(Path(demo.__file__).with_name("utility.toml"))
