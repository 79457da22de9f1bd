"""Settling a submission, by the billing system's answer or by staff: the steps that every kind shares."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.submissions.locks import lock_submission
from kundenportal.submissions.marks import check_mark
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import settle, tell_sender

Outcome = Literal["accepted", "rejected"]
"""Whether what was sent is taken over."""

_STATUS: Mapping[Outcome, Submission.Status] = {
    "accepted": Submission.Status.COMPLETED,
    "rejected": Submission.Status.REJECTED,
}


class NotSettleable(Exception):
    """The submission does not stand where this one may settle it, or it was settled the other way."""


@dataclass(frozen=True)
class Settler:
    """Who settles a submission.

    Attributes:
        actor: his name in the audit trail.
        statuses: where a submission must stand for him to settle it.
        seen: the mark of the submission he had in view (``marks.mark_of``); None for one who looks at none.
        released_by: who let the billing system's answer in, as the audit trail names people; if anybody.

    """

    actor: str
    statuses: frozenset[Submission.Status]
    seen: str | None = None
    released_by: str = ""


ERP = Settler("erp", frozenset({Submission.Status.EXPORTED}))
"""The billing system answers what it was given."""


class Settle(Protocol):
    """Settles a submission of one kind: ``settle_submission`` that knows what is particular to the kind."""

    def __call__(
        self,
        submission: Submission,
        *,
        outcome: Outcome,
        reason: str,
        now: dt.datetime,
        by: Settler = ERP,
    ) -> None:
        """Settle it."""


@transaction.atomic
def settle_submission(
    submission: Submission,
    *,
    outcome: Outcome,
    reason: str,
    now: dt.datetime,
    by: Settler = ERP,
    topic: str,
    take_over: Callable[[Submission, dt.datetime], None],
    mails: Mapping[Outcome, str],
) -> None:
    """Settle a submission with its audit entry and its mail.

    The same outcome a second time changes nothing.

    Args:
        submission: the submission; it is locked here.
        outcome: whether it is taken over.
        reason: why not, in words for the customer; may be empty.
        now: when, aware.
        by: who settles it.
        topic: what the audit entry's action begins with, such as ``address``.
        take_over: makes the portal's copy say what was accepted; gets the locked submission.
        mails: the kind of the mail that tells the sender of each outcome.

    Raises:
        ChangedMeanwhile: when it is not what the settler had in view.
        NotSettleable: when it does not stand where he may settle it, or was settled the other way.

    """
    locked = lock_submission(submission)
    if by.seen is not None:
        check_mark(locked, by.seen)
    status = _STATUS[outcome]
    if locked.status == status:
        return
    if locked.status not in by.statuses:
        raise NotSettleable(f"{locked.reference} is {locked.status}, which {by.actor} may not settle")
    if outcome == "accepted":
        take_over(locked, now)
    settle(locked, status, reason=reason, now=now)
    record(
        f"{topic}.{outcome}",
        actor=by.actor,
        now=now,
        customer_id=locked.customer_id,
        subject=locked.reference,
        details={"reason": reason, **({"released_by": by.released_by} if by.released_by else {})},
    )
    tell_sender(mails[outcome], locked, now=now)
