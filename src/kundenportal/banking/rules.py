"""When a change of the bank account is taken, how long it waits, and what its mandate is called."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count, islice

from kundenportal.core.creditors import mandate_reference
from kundenportal.core.names import names_match

CALM_FOR = dt.timedelta(days=7)
"""How long after a change of the access itself a new account waits at least (security.md A9)."""

PAYOUT_BLOCKED_FOR = dt.timedelta(days=14)
"""For how many days after the wait nothing is paid out to a new account (security.md A9)."""

MOST_HOLDER_LETTERS = 70
"""How long the name of an account's holder may be (EPC Rulebook, SEPA Core Direct Debit, AT-14)."""


@dataclass(frozen=True)
class AccountWish:
    """The account that shall be used from a day on.

    Attributes:
        premise_id: the premise it is for; None for all premises of the customer without one of their own.
        iban: canonical; empty when there shall be none any more.
        holder: whose account it is.
        bic: canonical; needed outside of the European Economic Area only.

    """

    premise_id: int | None
    iban: str = field(default="", repr=False)
    holder: str = ""
    bic: str = ""


@dataclass(frozen=True)
class Hold:
    """How long a change waits before it may leave.

    ``until`` is None when it need not wait; ``is_longer`` tells that the access itself changed of late.
    """

    until: dt.datetime | None = None
    is_longer: bool = False


class Refusal(StrEnum):
    """Why a change is not taken."""

    CUSTOMER_ENDED = "customer_ended"
    PREMISE_ENDED = "premise_ended"
    NO_CREDITOR_ID = "no_creditor_id"
    ALREADY_OPEN = "already_open"
    UNCHANGED = "unchanged"
    TOO_EARLY = "too_early"


def hold_for(
    wishes: Collection[AccountWish], *, hours: int, last_access_change: dt.datetime | None, now: dt.datetime
) -> Hold:
    """Return how long a change waits.

    Only a new account waits, for money can be led to it. Giving one up takes effect at once: the holder of
    an account may revoke a mandate at any time (§ 675p BGB).

    Args:
        wishes: what shall be.
        hours: how long a new account waits in any case.
        last_access_change: when e-mail address, password or linking of the access changed last, when a
            letter's code was entered, or a change was stopped; None when nothing of it happened.
        now: when, aware.

    """
    if not any(wish.iban for wish in wishes):
        return Hold()
    usual = now + dt.timedelta(hours=hours)
    calm = last_access_change + CALM_FOR if last_access_change else usual
    return Hold(max(usual, calm), is_longer=calm > usual)


def is_for_somebody_else(holder: str, *, first_name: str, last_name: str) -> bool:
    """Tell whether an account belongs to somebody else than the customer, whose authority is asked then."""
    return not names_match(holder, first_name=first_name, last_name=last_name)


def next_references(
    template: str, *, customer_number: str, taken: Collection[str], amount: int
) -> tuple[str, ...]:
    """Return the references of a customer's next mandates.

    Banks compare references without case, so one that differs from a known one in case alone is passed over.

    Args:
        template: ``utility.toml``'s.
        customer_number: the canonical number.
        taken: the references the customer's mandates have had, as far as the portal knows.
        amount: how many are needed.

    """
    known = {each.casefold() for each in taken}
    references = (
        mandate_reference(template, customer_number=customer_number, sequence=number) for number in count(1)
    )
    return tuple(islice((each for each in references if each.casefold() not in known), amount))
