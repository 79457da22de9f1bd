"""What the pages about bank accounts share: how the accounts stand, why they are closed, what was shown."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.conf import settings
from django.core import signing
from django.utils.translation import get_language

from kundenportal.banking.banks import Bank, bank_of
from kundenportal.banking.holds import NEW_ACCOUNT, earliest_date, hold_of
from kundenportal.banking.mandates import Mandate, digest_of
from kundenportal.banking.requests import Consent, wanted_mandates
from kundenportal.banking.rules import AccountWish, Hold
from kundenportal.banking.selectors import AccountState, AccountStates, account_states
from kundenportal.customers.models import Premise
from kundenportal.identity.device_names import device_name
from kundenportal.identity.devices import device_of
from kundenportal.identity.fresh import last_proof
from kundenportal.selfservice.access import CustomerRequest, PortalContext

_SALT = "kundenportal.shown-mandates"
_SHOWN_FOR = dt.timedelta(hours=1)


class Closed(StrEnum):
    """Why bank accounts cannot be changed now."""

    HELD = "held"
    ENDED = "ended"
    NO_CREDITOR_ID = "no_creditor_id"
    UNKNOWN_DEVICE = "unknown_device"
    WAITING = "waiting"
    NOT_DEBITED = "not_debited"


@dataclass(frozen=True)
class BankPage:
    """What a page about the bank accounts of a customer knows.

    Attributes:
        portal: who is there, and for which premise.
        states: the accounts as they stand.
        hold: how long the change would wait.
        earliest: the first day it can hold from.
        closed: why nothing can be changed, None when it can.

    """

    portal: PortalContext
    states: AccountStates
    hold: Hold
    earliest: dt.date
    closed: Closed | None

    @cached_property
    def used(self) -> AccountState:
        """The account that the premise in view uses."""
        return self.states.used_at(self.portal.premise.pk)


def bank_page(
    request: CustomerRequest, portal: PortalContext, *, is_ending: bool, now: dt.datetime
) -> BankPage:
    """Return what a page about bank accounts knows; three queries, whatever there is.

    Args:
        request: the browser's request.
        portal: who is there, and for which premise.
        is_ending: whether the direct debit is to be ended.
        now: when, aware.

    """
    supplied = (each.premise for each in portal.choices_of_customer if not each.is_ended)
    states = account_states(portal.customer, supplied)
    wishes = () if is_ending else NEW_ACCOUNT
    hold = hold_of(portal.user, portal.customer, wishes, now=now)
    return BankPage(
        portal=portal,
        states=states,
        hold=hold,
        earliest=earliest_date(hold, now=now),
        closed=_why_closed(request, portal, states, is_ending=is_ending),
    )


@dataclass(frozen=True)
class CheckedAccount:
    """One account of a change on the check page.

    Attributes:
        wish: what shall be.
        premise: the premise it is for; None for the common account.
        before: what is used now.
        bank: the bank of the new account; unknown ones have no name.
        mandate: of the new account; None when there shall be none.

    """

    wish: AccountWish
    premise: Premise | None
    before: AccountState
    bank: Bank | None
    mandate: Mandate | None


def checked_accounts(page: BankPage, wishes: Sequence[AccountWish]) -> list[CheckedAccount]:
    """Return what the check page shows of each wish; one query if there is a new account."""
    wanted = wanted_mandates(page.portal.customer, wishes, page.states, language=page_language())
    by_wish = {each.wish: each.mandate for each in wanted}
    return [
        CheckedAccount(
            wish=wish,
            premise=page.states.by_place[wish.premise_id].premise,
            before=page.states.used_at(wish.premise_id),
            bank=bank_of(wish.iban) if wish.iban else None,
            mandate=by_wish.get(wish),
        )
        for wish in wishes
    ]


def page_language() -> str:
    """Return the language that mandates are shown in."""
    return (get_language() or "de")[:2]


def sign_shown(accounts: Sequence[CheckedAccount], *, now: dt.datetime) -> str:
    """Return a signed note of the mandates that the check page shows, and when."""
    mandates = tuple(each.mandate for each in accounts if each.mandate)
    return signing.dumps({"digest": digest_of(mandates), "at": now.timestamp()}, salt=_SALT)


def consent_of(
    request: CustomerRequest, shown: str, *, ticked_at: dt.datetime, now: dt.datetime
) -> Consent | None:
    """Return how somebody agreed to the mandates he was shown, or None when the note of them is none of ours.

    Args:
        request: the browser's request.
        shown: the note that the check page carried.
        ticked_at: when he ticked his consent.
        now: when, aware.

    """
    try:
        note = signing.loads(shown, salt=_SALT)
    except signing.BadSignature:
        return None
    shown_at = dt.datetime.fromtimestamp(note["at"], tz=dt.UTC)
    if now - shown_at > _SHOWN_FOR:
        return None
    proof = last_proof(request)
    return Consent(
        mandates_digest=note["digest"],
        language=page_language(),
        shown_at=shown_at,
        ticked_at=ticked_at,
        proved_by=proof.by,
        proved_at=proof.at,
        device=device_name(request),
        is_known_device=device_of(request).is_known_to(request.user),
    )


def _why_closed(
    request: CustomerRequest,
    portal: PortalContext,
    states: AccountStates,
    *,
    is_ending: bool,
) -> Closed | None:
    if portal.hold:
        return Closed.HELD
    if portal.customer.ended_at is not None:
        return Closed.ENDED
    if not settings.UTILITY.creditor_id:
        return Closed.NO_CREDITOR_ID
    # Who copied a session has not the device's cookie: where devices are confirmed, this one was not.
    if settings.NEW_DEVICE_CODE and not device_of(request).is_known_to(portal.user):
        return Closed.UNKNOWN_DEVICE
    concerned = states.debited if is_ending else (states.common, *states.offered(portal.premise))
    if is_ending and not concerned:
        return Closed.NOT_DEBITED
    return Closed.WAITING if all(each.waiting for each in concerned) else None
