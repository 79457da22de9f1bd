"""The mails about documents: M11 of ux.md 1.10, and that one was recalled. Neither tells what is in one."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings

from kundenportal.customers.models import Customer
from kundenportal.documents.models import Document
from kundenportal.mailing import kinds
from kundenportal.mailing.categories import Category
from kundenportal.mailing.failures import NoLongerNeeded
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue

NEW_DOCUMENTS, DOCUMENT_RECALLED = "new_documents", "document_recalled"

SETTLES = dt.timedelta(minutes=15)
"""How long the mail about new documents waits: what comes meanwhile needs no other, and a wrong document can
be recalled before anybody was called to read it."""


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    kinds.register(NEW_DOCUMENTS, prepare, is_about_customer=True, category=Category.DOCUMENTS)
    kinds.register(DOCUMENT_RECALLED, prepare_recalled, is_about_customer=True)


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return whom to greet, how much is new since the mail was put into the outbox, and where to look.

    ``premise`` is empty when he has none or several: the portal then asks which.

    Raises:
        NoLongerNeeded: when the utility does without documents; there is nowhere to look.

    """
    if not settings.UTILITY.modules.documents:
        raise NoLongerNeeded
    customer = Customer.objects.get(pk=context["customer"])
    premises = list(customer.premises.filter(ended_at=None)[:2])
    return {
        **_addressed(customer),
        "document_count": _count_new(customer, since=context.get("since")),
        "premise": premises[0] if len(premises) == 1 else None,
    }


def prepare_recalled(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return which document it was, by its kind and date: its title may tell what is in it."""
    customer = Customer.objects.get(pk=context["customer"])
    return _addressed(customer) | {"document": Document.objects.get(pk=context["document"])}


def enqueue_news(to: str, *, customer_id: int, language: str, now: dt.datetime) -> None:
    """Tell a login in a while that there is something new, in the caller's transaction.

    Args:
        to: the address of the login.
        customer_id: the customer with a new document; whether the mail is wanted is asked of his invoices.
        language: the language the login reads.
        now: when, aware.

    """
    enqueue(
        NEW_DOCUMENTS,
        to=to,
        context={"customer": customer_id, "since": now.isoformat()},
        now=now,
        language=language,
        customer_id=customer_id,
        due_at=now + SETTLES,
    )


def news_that_waits(customers: Collection[int]) -> set[tuple[str, int | None]]:
    """Return addresses and customers, of those whose ids are given, about which a mail waits."""
    waiting = OutgoingMail.objects.filter(
        kind=NEW_DOCUMENTS, status=OutgoingMail.Status.WAITING, customer_id__in=customers
    )
    return set(waiting.values_list("recipient", "customer_id"))


def _addressed(customer: Customer) -> dict[str, Any]:
    return {"name": customer.full_name, "customer_number": customer.customer_number}


def _count_new(customer: Customer, *, since: str | None) -> int:
    """Return how many documents came since a moment in ISO 8601; without one, the mail tells of one."""
    if since is None:
        return 1
    new = Document.objects.filter(
        customer=customer, recalled_at=None, published_at__gte=dt.datetime.fromisoformat(since)
    )
    return new.count() or 1
