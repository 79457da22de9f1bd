"""Submissions that wait for staff, and deciding about them."""

import datetime as dt

from django.conf import settings
from django.test import Client

from kundenportal.casework.services import Accepted, accept_submission
from kundenportal.identity.models import StaffMember
from kundenportal.submissions.marks import mark_of
from kundenportal.submissions.models import Submission
from kundenportal.submissions.questions import ask_back
from tests.make import NOW

INBOX = "/verwaltung/eingang/"


def fresh(submission: Submission) -> Submission:
    """Return a submission as it is stored."""
    return Submission.objects.get(pk=submission.pk)


def accept(submission: Submission, member: StaffMember, *, now: dt.datetime = NOW) -> Accepted:
    """Let a member take over a submission that he has just seen."""
    return accept_submission(submission, member=member, seen=mark_of(fresh(submission)), now=now)


def ask(submission: Submission, member: StaffMember, text: str = "Ist das der Zähler im Keller?") -> None:
    """Let a member ask back."""
    ask_back(submission, member=member, text=text, seen=mark_of(fresh(submission)), now=NOW)


def case_path(submission: Submission, act: str = "") -> str:
    """Return the path of a submission's page, or of one of its acts."""
    return f"{INBOX}{submission.reference}/{act}"


def seen_fields(submission: Submission) -> dict[str, str]:
    """Return what every decision carries of the page it was taken on."""
    return {"seen": mark_of(fresh(submission)), "seen_at": NOW.isoformat(), "liste": ""}


def decide(client: Client, submission: Submission, act: str, **fields: str):
    """Send a decision from a page that was opened just now."""
    return client.post(case_path(submission, act), seen_fields(submission) | fields)


def local(moment: dt.datetime) -> dt.datetime:
    """Return a moment by the utility's clock."""
    return moment.astimezone(settings.UTILITY_TIME_ZONE)
