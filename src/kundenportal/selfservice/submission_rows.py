"""Submissions as the home page and "Ihre Vorgänge" list them: what was sent, when, and where it stands."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from kundenportal.core.dates import local_date
from kundenportal.customers.models import Premise
from kundenportal.selfservice.submission_kinds import KINDS, TONES, ShownKind
from kundenportal.submissions.models import Submission


@dataclass(frozen=True)
class SubmissionRow:
    """One submission in a list."""

    kind: ShownKind
    divisions: tuple[str, ...]
    reference: str
    url: str
    received_date: dt.date
    status_label: str
    tone: str


def submission_rows(premise: Premise, submissions: Sequence[Submission]) -> list[SubmissionRow]:
    """Return submissions as rows, each leading to its page; at most one query for each kind among them."""
    divisions = divisions_of(submissions)
    return [_row(premise, submission, divisions.get(submission.pk, ())) for submission in submissions]


def divisions_of(submissions: Sequence[Submission]) -> Mapping[int, tuple[str, ...]]:
    """Return the divisions that submissions are about, by their ids; those about none are missing."""
    found: dict[int, tuple[str, ...]] = {}
    for name in sorted({submission.kind for submission in submissions}):
        if selector := KINDS[name].divisions:
            found |= selector([submission for submission in submissions if submission.kind == name])
    return found


def _row(premise: Premise, submission: Submission, divisions: tuple[str, ...]) -> SubmissionRow:
    return SubmissionRow(
        kind=KINDS[submission.kind],
        divisions=divisions,
        reference=submission.reference,
        url=reverse("selfservice:submission", args=[premise.public_id, submission.reference]),
        received_date=local_date(submission.received_at, settings.UTILITY_TIME_ZONE),
        status_label=submission.get_status_display(),
        tone=TONES[submission.status],
    )
