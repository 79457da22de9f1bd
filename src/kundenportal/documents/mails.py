"""The mails about documents: M11 of ux.md 1.10, and that one was recalled. Neither tells what is in one."""

import datetime as dt
from typing import Any

from kundenportal.customers.models import Customer
from kundenportal.mailing import kinds
from kundenportal.mailing.categories import Category
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue

NEW_DOCUMENTS, DOCUMENT_RECALLED = "new_documents", "document_recalled"

SETTLES = dt.timedelta(minutes=15)
"""How long the mail about new documents waits: what comes meanwhile needs no other, and a wrong document can
be recalled before anybody was called to read it."""


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    kinds.register(NEW_DOCUMENTS, prepare, is_about_customer=True, category=Category.DOCUMENTS)
    kinds.register(DOCUMENT_RECALLED, prepare, is_about_customer=True)


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return whom to greet: the customer whose id the context carries."""
    return {"name": Customer.objects.get(pk=context["customer"]).full_name}


def enqueue_news(to: str, *, customer_id: int, language: str, now: dt.datetime) -> None:
    """Tell a login in a while that there is something new, in the caller's transaction.

    Args:
        to: the address of the login.
        customer_id: a customer of the login with a new document.
        language: the language the login reads.
        now: when, aware.

    """
    enqueue(
        NEW_DOCUMENTS,
        to=to,
        context={"customer": customer_id},
        now=now,
        language=language,
        customer_id=customer_id,
        due_at=now + SETTLES,
    )


def addresses_to_be_told() -> set[str]:
    """Return the addresses for which a mail about new documents waits."""
    waiting = OutgoingMail.objects.filter(kind=NEW_DOCUMENTS, status=OutgoingMail.Status.WAITING)
    return set(waiting.values_list("recipient", flat=True))
