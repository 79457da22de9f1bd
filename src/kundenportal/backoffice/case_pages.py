"""What the page of one submission shows: what was sent, what happened to it, and what one may do with it."""

import datetime as dt

from kundenportal.backoffice.acts import acts_on
from kundenportal.backoffice.inbox_rows import inbox_row, inbox_rows
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.backoffice.submission_kinds import KINDS
from kundenportal.casework.possible import (
    can_be_accepted,
    can_be_asked_about,
    can_be_refused,
    is_settled_by_hand,
    needs_second_person,
)
from kundenportal.casework.selectors import notes_of, other_submissions, proposal_of
from kundenportal.identity.models import StaffMember
from kundenportal.metering.public_reports import can_be_placed
from kundenportal.submissions.marks import mark_of
from kundenportal.submissions.models import Submission
from kundenportal.submissions.selectors import open_question

OTHERS_SHOWN = 8


def case_context(submission: Submission, *, now: dt.datetime) -> dict[str, object]:
    """Return what the page shows to everybody who may open it.

    Args:
        submission: which.
        now: the moment, aware; what happens after it is news to whoever sees the page.

    """
    kind = KINDS[submission.kind]
    return {
        "submission": submission,
        "row": inbox_row(submission, now=now),
        "kind": kind,
        **kind.details(submission),
        "acts": acts_on(submission),
        "notes": notes_of(submission),
        "others": inbox_rows(other_submissions(submission, limit=OTHERS_SHOWN), now=now),
        "open_question": open_question(submission),
        "mark": mark_of(submission),
        "seen_at": now.isoformat(),
    }


def possible_acts(submission: Submission, *, member: StaffMember, now: dt.datetime) -> dict[str, object]:
    """Return what can be done with a submission as it stands, and what of it a member may do.

    Args:
        submission: which.
        member: who has it in view.
        now: when, aware.

    """
    proposal = proposal_of(submission)
    is_own_proposal = proposal is not None and proposal.proposed_by == member
    may_settle = has_permission(member, Permission.SETTLE_SUBMISSIONS)
    return {
        "proposal": proposal,
        "is_own_proposal": is_own_proposal,
        "may_settle": may_settle,
        "can_accept": can_be_accepted(submission, now=now) and not is_own_proposal,
        "can_ask": can_be_asked_about(submission) and not KINDS[submission.kind].is_answered,
        "can_refuse": can_be_refused(submission),
        "can_place": may_settle and can_be_placed(submission),
        "is_settled_by_hand": is_settled_by_hand(),
        "needs_second": needs_second_person(submission),
    }
