"""How a utility collects direct debits: a table of ``utility.toml`` and its creditor identifier."""

from dataclasses import dataclass
from typing import Any

from kundenportal.core.creditors import REFERENCE_LENGTH, canonical_creditor_id, is_good_template
from kundenportal.core.customer_numbers import CustomerNumberPattern
from kundenportal.core.toml_tables import InvalidUtilityFile, check_keys, table_of

_STATES = "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH"
GERMAN_STATES = tuple(_STATES.split())
"""The states of Germany (ISO 3166-2:DE, without ``DE-``)."""


@dataclass(frozen=True)
class BankingRules:
    """How the utility collects direct debits.

    ``state`` is the German state whose holidays are no bank days, empty when only those of all states count.
    A new account is debited from a day on that is at least ``lead_bank_days`` bank days away.
    ``mandate_reference`` is how the references of new mandates are written (``core.creditors``).
    """

    state: str = ""
    lead_bank_days: int = 5
    mandate_reference: str = "KP-{customer}-{sequence}"


def read_creditor_id(data: dict[str, Any]) -> str:
    """Return the creditor identifier in its one spelling; empty when the utility gives none.

    Raises:
        InvalidUtilityFile: when its check digits or its length are wrong.

    """
    text = data.get("creditor_id", "")
    creditor_id = canonical_creditor_id(text) if text else ""
    if creditor_id is None:
        raise InvalidUtilityFile(
            "creditor_id", f"expected a SEPA creditor identifier such as DE98ZZZ09999999999, found {text!r}"
        )
    return creditor_id


def read_banking(data: dict[str, Any], pattern: CustomerNumberPattern) -> BankingRules:
    """Read the table ``banking``.

    Args:
        data: all of ``utility.toml``.
        pattern: the utility's customer numbers, which mandate references hold.

    Raises:
        InvalidUtilityFile: when a key is unknown or malformed.

    """
    table = table_of(data, "banking")
    check_keys(BankingRules, table, "banking.", also=set())
    state, days, template = (
        table.get(name, getattr(BankingRules, name))
        for name in ("state", "lead_bank_days", "mandate_reference")
    )
    if state not in ("", *GERMAN_STATES):
        known = ", ".join(GERMAN_STATES)
        raise InvalidUtilityFile("banking.state", f"expected one of {known}, found {state!r}")
    if type(days) is not int or not 1 <= days <= 30:
        raise InvalidUtilityFile("banking.lead_bank_days", "expected a whole number from 1 to 30")
    if not isinstance(template, str) or not is_good_template(template, example_number=pattern.example()):
        raise InvalidUtilityFile(
            "banking.mandate_reference",
            "expected a text with {customer} and {sequence} that comes to at most "
            f"{REFERENCE_LENGTH} letters, digits and + ? / - : ( ) . , ' without blanks, found {template!r}",
        )
    return BankingRules(state, days, template)
