"""Putting mails into the outbox."""

import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from kundenportal.core.email_addresses import canonical_email
from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.models import OutgoingMail


def enqueue(
    kind: str,
    *,
    to: str | None,
    context: dict[str, Any],
    now: dt.datetime,
    language: str = "de",
    customer_id: int | None = None,
    due_at: dt.datetime | None = None,
) -> OutgoingMail:
    """Insert a mail into the outbox, in the caller's transaction; ``run_jobs`` sends it.

    Args:
        kind: a registered kind (``mailing.kinds.register``).
        to: the one recipient's address; None, of a mail about a customer, for whoever holds the customer.
        context: what fills the templates, as plain JSON values; never a secret.
        now: when, aware.
        language: the language of the templates.
        customer_id: the customer it concerns; a mail about a customer needs it.
        due_at: when to send it, aware; at once when left out.

    Raises:
        UnknownMailKind: when no topic registered the kind.
        InvalidEmailAddress: when the address is none, or could smuggle a header line into the mail.

    """
    is_about_customer = kind_named(kind).is_about_customer
    if is_about_customer and customer_id is None:
        raise ValueError(f"a mail of kind {kind!r} needs its customer")
    if to is None and not is_about_customer:
        raise ValueError(f"a mail of kind {kind!r} needs its recipient")
    return OutgoingMail.objects.create(
        kind=kind,
        recipient="" if to is None else canonical_email(to),
        language=language,
        context=context,
        customer_id=customer_id,
        message_id=f"<{uuid.uuid4()}@{urlsplit(settings.BASE_URL).hostname}>",
        created_at=now,
        next_try_at=due_at or now,
    )
