"""Settling changes of bank accounts, and stopping those a stranger sent."""

import datetime as dt
from functools import partial

from django.db.models import Q

from kundenportal.banking.mails import BANK_ACCEPTED, BANK_REJECTED
from kundenportal.banking.models import BankAccount, WantedAccount
from kundenportal.banking.sealing import open_iban, seal_iban
from kundenportal.submissions.disavowed import withdraw_disavowed
from kundenportal.submissions.models import Submission
from kundenportal.submissions.settling import Settle, settle_submission


def withdraw_disavowed_bank_changes(concerned: Q, *, now: dt.datetime) -> None:
    """Stop those changes of bank accounts that a stranger sent, in the caller's transaction."""
    withdraw_disavowed(Submission.Kind.BANK_CHANGE, topic="bank", concerned=concerned, now=now)


def release_accounts(submission: Submission) -> None:
    """Let other changes of the same accounts in again; called whenever a change is settled."""
    WantedAccount.objects.filter(change_id=submission.pk).update(is_open=False)


def _take_over(submission: Submission, now: dt.datetime) -> None:  # noqa: ARG001
    """Make the accounts that were sent those of the customer and his premises."""
    lines = WantedAccount.objects.filter(change_id=submission.pk).select_related("premise", "customer")
    for line in lines.order_by("pk"):
        # Where somebody else lives by now, the account has nothing to say.
        if line.premise is None or line.premise.customer_id == line.customer_id:
            _take_over_line(line)


def _take_over_line(line: WantedAccount) -> None:
    """Make the account of one line that of its premise, or of its customer; one without an IBAN ends it."""
    of_place = {"premise": line.premise} if line.premise else {"customer": line.customer, "premise": None}
    present = BankAccount.objects.filter(**of_place).first()
    if line.iban_sealed is None:
        if present is not None:
            present.delete()
        return
    account = present or BankAccount(premise=line.premise)
    account.customer, account.holder = line.customer, line.holder
    account.mandate_reference, account.mandate_date = line.mandate_reference, line.mandate_date
    seal_iban(account, open_iban(line))
    account.save()


settle_bank_change: Settle = partial(
    settle_submission,
    topic="bank",
    take_over=_take_over,
    mails={"accepted": BANK_ACCEPTED, "rejected": BANK_REJECTED},
)
"""Settle a change of bank accounts. Accepted ones take the place of those before at once; pages tell from the
change's day on."""
