"""Opening a submission, giving it to somebody, and writing a note."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.casework.models import Note, Presence
from kundenportal.casework.selectors import VIEWED
from kundenportal.identity.models import StaffMember
from kundenportal.submissions.models import Submission

PRESENT_FOR = dt.timedelta(minutes=15)
"""How long somebody counts as being there who shows no sign of it."""


@transaction.atomic(durable=True)
def look_at_submission(submission: Submission, *, member: StaffMember, now: dt.datetime) -> list[Presence]:
    """Note that a member has a submission in view, and return the others who have, the first one first.

    Opening it is one audit entry; to load the page again while one is there is not another.

    Args:
        submission: the submission.
        member: who looks.
        now: when, aware.

    """
    own = Presence.objects.filter(member=member).first()
    is_there = own and own.submission_id == submission.pk and own.seen_at > now - PRESENT_FOR
    Presence.objects.update_or_create(
        member=member,
        defaults={"submission": submission, "seen_at": now, "since": own.since if own and is_there else now},
    )
    if not is_there:
        record(
            VIEWED,
            actor=member.user.actor,
            now=now,
            customer_id=submission.customer_id,
            subject=submission.reference,
        )
    others = Presence.objects.filter(submission=submission, seen_at__gt=now - PRESENT_FOR)
    return list(others.exclude(member=member).select_related("member__user").order_by("since"))


@transaction.atomic(durable=True)
def assign_submissions(
    submissions: Sequence[Submission], *, to: StaffMember | None, member: StaffMember, now: dt.datetime
) -> int:
    """Give submissions to a member, or to nobody, and return how many changed hands.

    Args:
        submissions: the submissions; they are locked here.
        to: who shall settle them.
        member: who gives them.
        now: when, aware.

    """
    ids = [each.pk for each in submissions]
    rows = Submission.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    moved = [each for each in rows if each.assigned_to_id != (to.pk if to else None)]
    for submission in moved:
        submission.assigned_to = to
        submission.save(update_fields=["assigned_to"])
        record(
            "submission.assigned",
            actor=member.user.actor,
            now=now,
            customer_id=submission.customer_id,
            subject=submission.reference,
            details={"to": to.user.actor if to else ""},
        )
    return len(moved)


@transaction.atomic(durable=True)
def add_note(submission: Submission, *, member: StaffMember, text: str, now: dt.datetime) -> Note:
    """Write a note for colleagues.

    Args:
        submission: what it is about.
        member: who writes.
        text: the note.
        now: when, aware.

    """
    note = Note.objects.create(submission=submission, author=member, text=text, written_at=now)
    record(
        "submission.noted",
        actor=member.user.actor,
        now=now,
        customer_id=submission.customer_id,
        subject=submission.reference,
    )
    return note
