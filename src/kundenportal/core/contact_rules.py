"""What the utility promises to people who write to it."""

from dataclasses import dataclass
from typing import Any

from kundenportal.core.toml_tables import InvalidUtilityFile, check_keys, table_of

_MOST_DAYS = 30


@dataclass(frozen=True)
class ContactRules:
    """Within how many working days the utility answers as a rule; pages and mails say so."""

    answer_days: int = 2


def read_contact(data: dict[str, Any]) -> ContactRules:
    """Return the table ``[contact]``.

    Args:
        data: the whole file.

    Raises:
        InvalidUtilityFile: when a key is unknown, or the days are no whole number from 1 to 30.

    """
    table = table_of(data, "contact")
    check_keys(ContactRules, table, "contact.", also=set())
    days = table.get("answer_days", ContactRules.answer_days)
    if type(days) is not int or not 1 <= days <= _MOST_DAYS:
        raise InvalidUtilityFile("contact.answer_days", f"expected a whole number from 1 to {_MOST_DAYS}")
    return ContactRules(days)
