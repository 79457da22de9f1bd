"""What the back office shows of submissions: the inbox, page by page, and all about one of them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kundenportal.audit.models import AuditEntry
from kundenportal.audit.selectors import entries_about
from kundenportal.casework.models import Note, Proposal
from kundenportal.core.pages import Page, cut_page
from kundenportal.core.places import Place
from kundenportal.core.references import parse_reference
from kundenportal.identity.models import StaffMember
from kundenportal.submissions.models import Submission

VIEWED = "submission.viewed"
"""What the audit trail calls that somebody opened a submission."""

COUNTED = 1000
"""How many are counted; beyond that there are "more than" so many."""


@dataclass(frozen=True)
class InboxFilter:
    """What of the inbox is shown; an empty filter shows all that waits.

    Attributes:
        status: a status; empty for what waits for staff, whatever its status.
        kind: a kind of submission.
        older_than: what has waited since before that moment, or arrived before it.
        assigned_to: the id of a member; 0 for what is assigned to nobody.
        is_unusual: only what a rule found unusual, or only what it did not.

    """

    status: str = ""
    kind: str = ""
    older_than: dt.datetime | None = None
    assigned_to: int | None = None
    is_unusual: bool | None = None


def inbox_page(wanted: InboxFilter, *, after: Place | None, limit: int) -> Page[Submission, Place]:
    """Return a page of the inbox; one query.

    What waits comes with the oldest first; what has a status with the newest first. A page begins after a
    moment, not after a row, so that nothing is skipped when colleagues settle that row meanwhile.

    Args:
        wanted: what is shown.
        after: where the page before ended; None for the first page.
        limit: how many at most.

    """
    rows = _in_order(wanted).select_related("customer", "premise", "assigned_to__user")
    if after and wanted.status:
        rows = rows.filter(Q(received_at__lt=after.at) | Q(id__lt=after.id), received_at__lte=after.at)
    elif after:
        rows = rows.filter(Q(waits_since__gt=after.at) | Q(id__gt=after.id), waits_since__gte=after.at)
    return cut_page(rows, limit=limit, mark=lambda submission: _place_of(submission, wanted))


def inbox_count(wanted: InboxFilter) -> int:
    """Return how many there are, ``COUNTED + 1`` for more; one query that never counts them all."""
    # In the order of an index, so that no more than these are looked at.
    return _in_order(wanted)[: COUNTED + 1].count()


def plausible_readings(member: StaffMember, *, up_to: int | None = None) -> QuerySet[Submission]:
    """Return the readings that nothing speaks against and nobody else has, the oldest first.

    Args:
        member: who would take them over.
        up_to: the greatest id.

    """
    waiting = Submission.objects.filter(
        waits_since__isnull=False,
        kind=Submission.Kind.METER_READING,
        status=Submission.Status.RECEIVED,
        is_unusual=False,
        released_at=None,
    )
    own = waiting.filter(Q(assigned_to=None) | Q(assigned_to=member)).order_by("waits_since", "id")
    return own if up_to is None else own.filter(pk__lte=up_to)


def submission_named(reference: str) -> Submission:
    """Return the submission with this reference, with all that its page needs of the spine.

    Raises:
        Submission.DoesNotExist: when it is no reference, or there is none.

    """
    year, number = parse_reference(reference) or (0, 0)
    of_spine = ("customer", "premise", "assigned_to__user", "submitted_by", "batch")
    rows = Submission.objects.select_related(*of_spine)
    return rows.get(pk=number, received_year=year)


def submissions_named(references: Collection[str]) -> list[Submission]:
    """Return the submissions of references; what is none of them is left out."""
    numbers = [parsed[1] for each in references if (parsed := parse_reference(each))]
    found = Submission.objects.filter(pk__in=numbers).order_by("pk")
    return [each for each in found if each.reference in references]


def other_submissions(submission: Submission, *, limit: int) -> list[Submission]:
    """Return what else the same customer sent, the newest first."""
    if submission.customer_id is None:
        return []
    others = Submission.objects.filter(customer=submission.customer_id).exclude(pk=submission.pk)
    return list(others.select_related("premise").order_by("-pk")[:limit])


def notes_of(submission: Submission) -> list[Note]:
    """Return the notes about a submission, the oldest first."""
    return list(submission.notes.select_related("author__user").order_by("pk"))


def proposal_of(submission: Submission) -> Proposal | None:
    """Return the release that somebody proposed, if there is one."""
    return Proposal.objects.filter(submission=submission).select_related("proposed_by__user").first()


def acts_of(submission: Submission) -> list[AuditEntry]:
    """Return what was done to a submission, the oldest first; who looked at it is left out."""
    return list(entries_about(submission.reference).exclude(action=VIEWED))


def names_of(actors: Collection[str]) -> dict[str, str]:
    """Return by its name in the audit trail what colleagues call each member among some actors."""
    ids = [int(actor.removeprefix("staff:")) for actor in actors if actor.startswith("staff:")]
    members = StaffMember.objects.filter(pk__in=ids).select_related("user")
    return {member.user.actor: str(member) for member in members}


def members_with(roles: Collection[StaffMember.Role]) -> list[StaffMember]:
    """Return who works here in one of some roles, by name."""
    members = StaffMember.objects.filter(role__in=roles, user__is_active=True).select_related("user")
    return sorted(members, key=lambda member: str(member).casefold())


def _in_order(wanted: InboxFilter) -> QuerySet[Submission]:
    order = ("-received_at", "-id") if wanted.status else ("waits_since", "id")
    return _matching(wanted).order_by(*order)


def _matching(wanted: InboxFilter) -> QuerySet[Submission]:
    rows = Submission.objects.all()
    rows = rows.filter(status=wanted.status) if wanted.status else rows.filter(waits_since__isnull=False)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.older_than:
        field = "received_at" if wanted.status else "waits_since"
        rows = rows.filter(**{f"{field}__lt": wanted.older_than})
    if wanted.assigned_to is not None:
        rows = rows.filter(assigned_to=wanted.assigned_to or None)
    if wanted.is_unusual is not None:
        rows = rows.filter(is_unusual=wanted.is_unusual)
    return rows


def _place_of(submission: Submission, wanted: InboxFilter) -> Place:
    at = submission.received_at if wanted.status else submission.waits_since
    assert at is not None, "what waits has waited since some moment"
    return Place(at, submission.pk)
