"""What tests of bank accounts share: accounts, mandates, and sending a change."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from kundenportal.banking.holds import earliest_date, hold_of
from kundenportal.banking.mandates import digest_of
from kundenportal.banking.models import BankAccount, WantedAccount
from kundenportal.banking.requests import Consent, wanted_mandates
from kundenportal.banking.rules import AccountWish
from kundenportal.banking.sealing import seal_iban
from kundenportal.banking.selectors import account_states, supplied_premises
from kundenportal.banking.services import submit_bank_change
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Customer, Premise
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.make import NOW, Household
from tests.security_mails import link_in

OLD_IBAN = "DE02120300000000202051"
NEW_IBAN = "DE89370400440532013000"
THIRD_IBAN = "DE27100777770209299700"
SWISS_IBAN = "CH9300762011623852957"
STOP = "/bankverbindung-anhalten/"
FIRST_DEBIT = dt.date(2026, 12, 2)
"""Of a new account that is sent at ``NOW``: three days' wait, then five bank days."""


def give_account(
    customer: Customer, *, premise: Premise | None = None, iban: str = OLD_IBAN, **values: Any
) -> BankAccount:
    """Return a stored account with a mandate; its IBAN opens."""
    defaults = {
        "holder": "Michael Bauer",
        "mandate_reference": "M14026-1",
        "mandate_date": dt.date(2024, 3, 1),
    }
    account = BankAccount(customer=customer, premise=premise, **defaults | values)
    seal_iban(account, iban)
    account.save()
    return account


def wish(premise: Premise | None = None, **values: str) -> AccountWish:
    """Return a wish for the new account."""
    defaults = {"iban": NEW_IBAN, "holder": "Michael Bauer"}
    return AccountWish(premise.pk if premise else None, **defaults | values)


def nothing(premise: Premise | None = None) -> AccountWish:
    """Return the wish for no account any more."""
    return AccountWish(premise.pk if premise else None)


def consent_to(
    household: Household, wishes: Sequence[AccountWish], *, now: dt.datetime = NOW, **values: Any
) -> Consent:
    """Return the consent to the mandates of some wishes, as the check page shows them."""
    customer = Customer.objects.get(pk=household.customer.pk)
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    states = account_states(customer, supplied_premises(customer, today=today))
    wanted = wanted_mandates(customer, wishes, states, language="de")
    defaults = {
        "mandates_digest": digest_of(tuple(each.mandate for each in wanted)),
        "language": "de",
        "shown_at": now - dt.timedelta(minutes=1),
        "ticked_at": now - dt.timedelta(minutes=2),
        "proved_by": "password",
        "proved_at": now - dt.timedelta(minutes=2),
        "device": "Firefox, Windows",
        "is_known_device": True,
    }
    return Consent(**defaults | values)


def send_bank_change(
    household: Household,
    *wishes: AccountWish,
    key: str = "key-1",
    now: dt.datetime = NOW,
    valid_from: dt.date | None = None,
    consent: Consent | None = None,
) -> Submission:
    """Send a change of bank accounts, as soon as it can hold unless a day is given."""
    wishes = wishes or (wish(),)
    if valid_from is None:
        hold = hold_of(household.user, household.customer, wishes, now=now)
        valid_from = earliest_date(hold, now=now)
    return submit_bank_change(
        actor=household.user,
        premise=household.premise,
        wishes=wishes,
        valid_from=valid_from,
        consent=consent or consent_to(household, wishes, now=now),
        key=key,
        now=now,
    )


def line_of(submission: Submission) -> WantedAccount:
    """Return the only account of a change."""
    return WantedAccount.objects.get(change_id=submission.pk)


def stop_path(recipient: str, *, now: dt.datetime = NOW) -> str:
    """Return the address that stops the newest change, from the mail to a recipient."""
    mail = OutgoingMail.objects.filter(kind="bank_requested", recipient=recipient).latest("pk")
    return link_in(mail, STOP, now=now)


def stop_token(recipient: str, *, now: dt.datetime = NOW) -> str:
    """Return the token of that address."""
    return stop_path(recipient, now=now).split("/")[2]
