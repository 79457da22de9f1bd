"""What is done with changes of bank accounts: taking them in, settling them, stopping those of strangers."""

from kundenportal.banking.services.settling import (
    release_accounts,
    settle_bank_change,
    withdraw_disavowed_bank_changes,
)
from kundenportal.banking.services.submitting import BankChangeRefused, MandatesChanged, submit_bank_change

__all__ = [
    "BankChangeRefused",
    "MandatesChanged",
    "release_accounts",
    "settle_bank_change",
    "submit_bank_change",
    "withdraw_disavowed_bank_changes",
]
