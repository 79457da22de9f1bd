"""What the pages know of bank accounts."""

from django.db.models import F, Q

from kundenportal.banking.models import BankAccount
from kundenportal.customers.models import Premise


def debited_account(premise: Premise) -> BankAccount | None:
    """Return the account that payments for a premise are collected from: its own, else the customer's.

    An account without a mandate is none: the customer transfers the money himself. One query.
    """
    accounts = BankAccount.objects.filter(
        Q(premise=premise) | Q(premise=None), customer=premise.customer_id
    ).order_by(F("premise").asc(nulls_last=True))
    account = accounts.first()
    return account if account is not None and account.mandate_reference else None
