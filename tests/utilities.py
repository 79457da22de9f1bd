"""Utilities for tests that need one of whom everything is known."""

import math
from pathlib import Path
from typing import Any

from kundenportal import demo
from kundenportal.core.utility import Utility, load_tables, read_utility
from kundenportal.utility_settings.current import CurrentUtility
from kundenportal.utility_settings.selectors import read_stored


def complete_utility() -> Utility:
    """Return the demo's utility: no text of the portal lacks a fact of it."""
    return read_utility(load_tables(Path(demo.__file__).with_name("utility.toml")))


def live_utility(tables: dict[str, Any] | None = None) -> CurrentUtility:
    """Return a utility as an installation has it: a file, and what staff change put over it.

    It looks once and when this process saves, so that queries can be counted.

    Args:
        tables: what stands in ``utility.toml``.

    """
    utility = CurrentUtility(tables or {"creditor_id": "DE98ZZZ09999999999"}, look_every=math.inf)
    utility.read_with(read_stored)
    return utility
