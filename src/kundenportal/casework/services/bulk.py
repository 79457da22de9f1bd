"""Taking over many plausible readings at once: each in a transaction of its own."""

import datetime as dt
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError

from kundenportal.casework.selectors import plausible_readings
from kundenportal.casework.services.accepting import NotAcceptable, accept_submission
from kundenportal.identity.models import StaffMember
from kundenportal.submissions.marks import ChangedMeanwhile, mark_of

MOST = 500
"""How many are taken over at once: some seconds' work."""

log = structlog.get_logger(__name__)


@dataclass
class BulkResult:
    """What became of the submissions.

    Attributes:
        accepted: how many were taken over.
        changed: the references of those that somebody else changed meanwhile; nothing was done to them.
        failed: the references of those that could not be written; nothing was done to them either.

    """

    accepted: int = 0
    changed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def accept_plausible_readings(*, member: StaffMember, up_to: int, now: dt.datetime) -> BulkResult:
    """Take over the plausible readings that the member was shown, the oldest first, ``MOST`` at most.

    Args:
        member: who takes them over; what is assigned to somebody else is left to him.
        up_to: the greatest id he was shown the count of; what arrived since is not taken along unseen.
        now: when, aware.

    """
    result = BulkResult()
    for submission in plausible_readings(member, up_to=up_to)[:MOST]:
        try:
            seen = mark_of(submission)
            accept_submission(submission, member=member, seen=seen, now=now)
            result.accepted += 1
        except (ChangedMeanwhile, NotAcceptable):
            result.changed.append(submission.reference)
        except DatabaseError:
            log.exception("bulk_accept.failed", reference=submission.reference)
            result.failed.append(submission.reference)
    return result
