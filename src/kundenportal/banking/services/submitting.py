"""Taking in changes of bank accounts."""

import datetime as dt
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.banking.holds import earliest_date, hold_of
from kundenportal.banking.mails import tell_change
from kundenportal.banking.mandates import digest_of
from kundenportal.banking.models import BankDetailsChange, WantedAccount
from kundenportal.banking.requests import Consent, WantedMandate, wanted_mandates
from kundenportal.banking.rules import PAYOUT_BLOCKED_FOR, AccountWish, Hold, Refusal
from kundenportal.banking.sealing import open_iban, seal_iban
from kundenportal.banking.selectors import AccountState, AccountStates, account_states, supplied_premises
from kundenportal.banking.services.proving import prove_grant
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.models import User
from kundenportal.identity.unchanged import lock_unchanged_login
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import Start, open_submission


class BankChangeRefused(Exception):
    """The change is not taken; nothing was stored. ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class MandatesChanged(Exception):
    """The mandates are not those that were shown; nothing was stored, and they must be shown again."""


@transaction.atomic(durable=True)
def submit_bank_change(
    *,
    actor: User,
    premise: Premise,
    wishes: Sequence[AccountWish],
    valid_from: dt.date,
    consent: Consent,
    key: str,
    now: dt.datetime,
) -> Submission:
    """Store wanted bank accounts as one submission, with its proofs, its audit entry and its mails.

    A new account waits (``banking.rules.hold_for``) before it may be exported. The login and the customer are
    locked, so that "Das war ich nicht" pressed meanwhile finds the change or prevents it, and two changes of
    one account at once become one. The same key a second time gives the first submission.

    Args:
        actor: the login that sends, as it was when its proof was checked.
        premise: the place of consumption in view; the caller has checked that the login may see it, that
            its grant is not restricted, and that password or passkey were shown just now.
        wishes: the accounts that shall be used, each place once; their IBANs and BICs are checked.
        valid_from: from when on.
        consent: to the mandates of the new accounts among them.
        key: the idempotency key of the form.
        now: when, aware.

    Raises:
        BankChangeRefused: when the customer has left, there is no creditor identifier, one of the accounts
            has an open change, a premise has ended, nothing differs, or the day is too early by now.
        MandatesChanged: when the mandates are not those that were shown.
        LoginSecured: when the login is not what it was.

    """
    user = lock_unchanged_login(actor)
    customer = Customer.objects.select_for_update().get(pk=premise.customer_id)
    if sent := Submission.objects.filter(idempotency_key=key, premise=premise).first():
        return sent
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    states = account_states(customer, supplied_premises(customer, today=today))
    hold = hold_of(user, customer, wishes, now=now)
    _refuse(customer, wishes, states, earliest=earliest_date(hold, now=now), valid_from=valid_from)
    mandates = _agreed_mandates(customer, wishes, states, consent)
    change = _open_change(user, premise, hold, valid_from, key, now)
    _store_accounts(change, wishes, states, mandates, today)
    record(
        "bank.submitted",
        actor=user.actor,
        now=now,
        customer_id=customer.pk,
        subject=change.submission.reference,
        details={"accounts": len(wishes), "held_until": hold.until.isoformat() if hold.until else None},
    )
    message_id = tell_change(user, change, device=consent.device, now=now)
    for wanted in mandates:
        prove_grant(
            wanted,
            submission=change.submission,
            user=user,
            consent=consent,
            message_id=message_id,
            now=now,
        )
    return change.submission


def _refuse(
    customer: Customer,
    wishes: Sequence[AccountWish],
    states: AccountStates,
    *,
    earliest: dt.date,
    valid_from: dt.date,
) -> None:
    by_place = states.by_place
    if customer.ended_at is not None:
        raise BankChangeRefused(Refusal.CUSTOMER_ENDED)
    if not settings.UTILITY.creditor_id:
        raise BankChangeRefused(Refusal.NO_CREDITOR_ID)
    if any(wish.premise_id not in by_place for wish in wishes):
        raise BankChangeRefused(Refusal.PREMISE_ENDED)
    if any(by_place[wish.premise_id].waiting for wish in wishes):
        raise BankChangeRefused(Refusal.ALREADY_OPEN)
    if all(_is_present(by_place[wish.premise_id], wish) for wish in wishes):
        raise BankChangeRefused(Refusal.UNCHANGED)
    if valid_from < earliest:
        raise BankChangeRefused(Refusal.TOO_EARLY)


def _is_present(state: AccountState, wish: AccountWish) -> bool:
    """Tell whether a wish is what is used already."""
    account = state.account
    if not wish.iban or account is None:
        return bool(wish.iban) == bool(account)
    is_like = (account.country, account.iban_end) == (wish.iban[:2], wish.iban[-4:])
    is_held_alike = account.holder == wish.holder and state.is_debited
    if not (is_like and is_held_alike):
        return False
    try:
        return open_iban(account) == wish.iban
    except InvalidTag:
        # Sealed with a key that was lost: nobody can tell any more.
        return False


def _agreed_mandates(
    customer: Customer, wishes: Sequence[AccountWish], states: AccountStates, consent: Consent
) -> tuple[WantedMandate, ...]:
    """Return the mandates of the new accounts, when they are still those that were shown."""
    mandates = wanted_mandates(customer, wishes, states, language=consent.language)
    if digest_of(tuple(each.mandate for each in mandates)) != consent.mandates_digest:
        raise MandatesChanged
    return mandates


def _open_change(
    user: User, premise: Premise, hold: Hold, valid_from: dt.date, key: str, now: dt.datetime
) -> BankDetailsChange:
    status = Submission.Status.ON_HOLD if hold.until else Submission.Status.RECEIVED
    submission = open_submission(
        Submission.Kind.BANK_CHANGE,
        premise=premise,
        actor=user,
        key=key,
        now=now,
        start=Start(status, held_until=hold.until, is_unusual=hold.is_longer),
    )
    hold_ends = local_date(hold.until, settings.UTILITY_TIME_ZONE) if hold.until else None
    return BankDetailsChange.objects.create(
        submission=submission,
        valid_from=valid_from,
        is_held_longer=hold.is_longer,
        payout_blocked_until=hold_ends + PAYOUT_BLOCKED_FOR if hold_ends else None,
    )


def _store_accounts(
    change: BankDetailsChange,
    wishes: Sequence[AccountWish],
    states: AccountStates,
    mandates: Sequence[WantedMandate],
    today: dt.date,
) -> None:
    by_wish = {each.wish: each.mandate for each in mandates}
    for wish in wishes:
        line = WantedAccount(
            change=change,
            customer=change.submission.owner,
            premise=states.by_place[wish.premise_id].premise,
            holder=wish.holder,
        )
        before = states.used_at(wish.premise_id)
        if before.is_debited and before.account:
            line.previous_country, line.previous_end = before.account.country, before.account.iban_end
        if mandate := by_wish.get(wish):
            line.mandate_reference, line.mandate_date = mandate.reference, today
            line.bic = wish.bic
            seal_iban(line, wish.iban)
        line.save()
