"""The functions of the customer site that a utility can do without (docs/adr/0022)."""

from dataclasses import dataclass
from typing import Any

from kundenportal.core.toml_tables import InvalidUtilityFile, check_keys, table_of


@dataclass(frozen=True)
class Modules:
    """Which functions the utility offers its customers; all of them unless it says otherwise."""

    consumption: bool = True
    documents: bool = True
    advance_payments: bool = True
    addresses: bool = True
    bank_accounts: bool = True
    contact: bool = True
    public_readings: bool = True


def read_modules(data: dict[str, Any]) -> Modules:
    """Return the table ``[modules]``.

    Args:
        data: the whole file.

    Raises:
        InvalidUtilityFile: when there is no such function, or something else than true or false.

    """
    table = table_of(data, "modules")
    check_keys(Modules, table, "modules.", also=set())
    for name, value in table.items():
        if not isinstance(value, bool):
            raise InvalidUtilityFile(f"modules.{name}", f"expected true or false, found {value!r}")
    return Modules(**table)
