"""The mails about advance payments: M12 of ux.md 1.10, and what the billing system answered."""

import datetime as dt
from typing import Any

from kundenportal.advance_payments.selectors import totals_of, wanted_amounts
from kundenportal.mailing import kinds
from kundenportal.mailing.categories import Category
from kundenportal.submissions.models import Submission

CHANGE_RECEIVED, CHANGE_ACCEPTED, CHANGE_REJECTED = (
    "advance_payment_received",
    "advance_payment_accepted",
    "advance_payment_rejected",
)


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    kinds.register(CHANGE_RECEIVED, prepare, is_about_customer=True)
    for kind in (CHANGE_ACCEPTED, CHANGE_REJECTED):
        kinds.register(kind, prepare, is_about_customer=True, category=Category.SUBMISSIONS)


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return what the templates need of the submission whose id the context carries."""
    submission = Submission.objects.select_related("customer", "premise").get(pk=context["submission"])
    amounts = wanted_amounts(submission)
    return {
        "name": submission.owner.full_name,
        "reference": submission.reference,
        "premise": submission.place,
        "amounts": amounts,
        "total": totals_of(amounts).after,
        "valid_from": amounts[0].change.valid_from,
        "reason": submission.reason,
    }
