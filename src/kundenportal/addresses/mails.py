"""The mails about changes of the billing address: M13 of ux.md 1.10, and how they ended."""

import datetime as dt
from typing import Any

from kundenportal.addresses.selectors import submitted_address
from kundenportal.identity.security_events import is_to_login, register_security_mail
from kundenportal.mailing import kinds
from kundenportal.mailing.categories import Category
from kundenportal.submissions.models import Submission

ADDRESS_REQUESTED, ADDRESS_ACCEPTED, ADDRESS_REJECTED = (
    "address_requested",
    "address_accepted",
    "address_rejected",
)


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    register_security_mail(ADDRESS_REQUESTED, prepare)
    for kind in (ADDRESS_ACCEPTED, ADDRESS_REJECTED):
        kinds.register(kind, prepare, is_about_customer=True, category=Category.SUBMISSIONS)


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return what the templates need of the submission whose id the context carries.

    The whole address stands in the mail to the new contact address alone: another mailbox may be one that
    somebody else reads by now, who must not learn where the customer lives. For the same reason the login's
    own mailbox alone gets the number of the submission, which one gives on the telephone.
    """
    submission = Submission.objects.select_related("customer", "premise").get(pk=context["submission"])
    change = submitted_address(submission)
    return {
        "name": submission.owner.full_name,
        "reference": submission.reference if is_to_login(context) else "",
        "premise": submission.place,
        "address": change,
        "is_whole": context.get("recipient_index") == context.get("new_contact_index", -1),
        "reason": submission.reason,
    }
