"""Taking in the billing system's answer to a submission: the steps that every kind shares."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Literal

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import settle, tell_sender

Outcome = Literal["accepted", "rejected"]
"""Whether the billing system took over what was sent."""

_STATUS: Mapping[Outcome, Submission.Status] = {
    "accepted": Submission.Status.COMPLETED,
    "rejected": Submission.Status.REJECTED,
}


class NotSettleable(Exception):
    """The submission was never exported, or it has been settled the other way."""


@transaction.atomic
def settle_exported(
    submission: Submission,
    *,
    outcome: Outcome,
    reason: str,
    now: dt.datetime,
    topic: str,
    take_over: Callable[[Submission, dt.datetime], None],
    mails: Mapping[Outcome, str],
) -> None:
    """Settle a submission as the billing system has answered, with its audit entry and its mail.

    The same answer a second time changes nothing.

    Args:
        submission: the submission; it is locked here.
        outcome: whether the billing system took it over.
        reason: why not, in words for the customer; may be empty.
        now: when, aware.
        topic: what the audit entry's action begins with, such as ``address``.
        take_over: makes the portal's copy say what was accepted; gets the locked submission.
        mails: the kind of the mail that tells the sender of each outcome.

    Raises:
        NotSettleable: when the submission was never exported, or was settled the other way.

    """
    locked = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("submitted_by", "customer", "premise")
        .get(pk=submission.pk)
    )
    status = _STATUS[outcome]
    if locked.status == status:
        return
    if locked.status != Submission.Status.EXPORTED:
        raise NotSettleable(f"{locked.reference} is {locked.status}, not exported")
    if outcome == "accepted":
        take_over(locked, now)
    settle(locked, status, reason=reason, now=now)
    record(
        f"{topic}.{outcome}",
        actor="erp",
        now=now,
        customer_id=locked.customer_id,
        subject=locked.reference,
        details={"reason": reason},
    )
    tell_sender(mails[outcome], locked, now=now)
