"""The mails about messages: M16 and M16b of ux.md 1.10, and how a message was dealt with.

None of them quotes what was written: a confirmation that did would carry anybody's text to anybody's mailbox
in the utility's name (security.md A12).
"""

import datetime as dt
from typing import Any

from kundenportal.contact.selectors import sent_message
from kundenportal.mailing import kinds
from kundenportal.mailing.categories import Category
from kundenportal.submissions.models import Submission

CONTACT_RECEIVED, CONTACT_ANSWERED, CONTACT_ACCEPTED, CONTACT_REJECTED = (
    "contact_received",
    "contact_answered",
    "contact_accepted",
    "contact_rejected",
)


def register_kinds() -> None:
    """Make the kinds known to the outbox; who asked is always told that there is an answer."""
    for kind in (CONTACT_RECEIVED, CONTACT_ANSWERED):
        kinds.register(kind, prepare, is_about_customer=True)
    for kind in (CONTACT_ACCEPTED, CONTACT_REJECTED):
        kinds.register(kind, prepare, is_about_customer=True, category=Category.SUBMISSIONS)


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return what the templates need of the submission whose id the context carries."""
    submission = Submission.objects.select_related("customer", "premise").get(pk=context["submission"])
    return {
        "name": submission.owner.full_name,
        "reference": submission.reference,
        "thread": sent_message(submission).message.thread.reference,
        "received_at": submission.received_at,
        "premise": submission.place,
        "reason": submission.reason,
    }
