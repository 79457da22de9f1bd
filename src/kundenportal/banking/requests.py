"""What somebody asks for and agrees to when he changes bank accounts, and the mandates that come of it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from kundenportal.banking.mandates import Creditor, Mandate
from kundenportal.banking.rules import AccountWish, next_references
from kundenportal.banking.selectors import AccountStates, known_references
from kundenportal.customers.models import Customer, Premise


@dataclass(frozen=True)
class Consent:
    """How somebody agreed to mandates, as the proof keeps it.

    Attributes:
        mandates_digest: of the mandates he was shown (``banking.mandates.digest_of``).
        language: of the mandates he was shown.
        shown_at: when they were shown whole, aware.
        ticked_at: when he ticked his consent, aware.
        proved_by: what he showed to prove who he is, such as ``password``.
        proved_at: when he did, aware.
        device: what the browser says it is.
        is_known_device: whether this login had signed in there before.

    """

    mandates_digest: str
    language: str
    shown_at: dt.datetime
    ticked_at: dt.datetime
    proved_by: str
    proved_at: dt.datetime
    device: str
    is_known_device: bool


@dataclass(frozen=True)
class WantedMandate:
    """A wish for a new account with the mandate that is asked for it."""

    wish: AccountWish
    premise: Premise | None
    mandate: Mandate


def creditor() -> Creditor:
    """Return the utility as the mandates name it."""
    utility = settings.UTILITY
    place = f"{utility.postal_code} {utility.city}"
    return Creditor(utility.name, utility.street, place, utility.creditor_id)


def wanted_mandates(
    customer: Customer, wishes: Sequence[AccountWish], states: AccountStates, *, language: str
) -> tuple[WantedMandate, ...]:
    """Return the mandates that the new accounts among some wishes need; one query if there are any.

    Their references are the next ones of the customer; whoever sends locks him, so that they are still next.

    Args:
        customer: whose accounts they are.
        wishes: what shall be.
        states: the accounts as they stand, with the premises.
        language: of the mandates.

    """
    new = [wish for wish in wishes if wish.iban]
    if not new:
        return ()
    references = next_references(
        settings.UTILITY.banking.mandate_reference,
        customer_number=customer.customer_number,
        taken=known_references(customer),
        amount=len(new),
    )
    premises = {each.premise.pk: each.premise for each in states.of_premises if each.premise}
    return tuple(
        _wanted(customer, wish, premises.get(wish.premise_id or 0), reference, language)
        for wish, reference in zip(new, references, strict=True)
    )


def _wanted(
    customer: Customer, wish: AccountWish, premise: Premise | None, reference: str, language: str
) -> WantedMandate:
    mandate = Mandate(
        language=language,
        creditor=creditor(),
        reference=reference,
        holder=wish.holder,
        customer_name=customer.full_name,
        customer_number=customer.customer_number,
        premise=f"{premise.street_line}, {premise.postal_code} {premise.city}" if premise else "",
    )
    return WantedMandate(wish, premise, mandate)
