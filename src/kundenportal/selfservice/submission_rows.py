"""Submissions as the home page and "Ihre Vorgänge" list them: what was sent, when, and where it stands."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, Expression, OuterRef, When
from django.urls import reverse

from kundenportal.core.dates import local_date
from kundenportal.customers.divisions import split_divisions
from kundenportal.customers.models import Premise
from kundenportal.selfservice.submission_kinds import KINDS, ShownKind
from kundenportal.submissions.models import Submission
from kundenportal.ui.tones import TONES

_DIVISIONS = "joined_divisions"


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


def submission_rows(premise: Premise, submissions: Iterable[Submission]) -> list[SubmissionRow]:
    """Return submissions as rows, each leading to its page; they were asked for ``with_divisions``."""
    return [_row(premise, submission) for submission in submissions]


def with_divisions() -> Mapping[str, Expression]:
    """Return what to ask of submissions in their own query, so that ``divisions_of`` can tell."""
    of_kinds = [
        When(kind=name, then=kind.divisions(OuterRef("pk"))) for name, kind in KINDS.items() if kind.divisions
    ]
    return {_DIVISIONS: Case(*of_kinds, default=None)}


def divisions_of(submission: Submission) -> tuple[str, ...]:
    """Return the divisions that a submission is about; it was asked for ``with_divisions``."""
    return split_divisions(getattr(submission, _DIVISIONS))


def _row(premise: Premise, submission: Submission) -> SubmissionRow:
    return SubmissionRow(
        kind=KINDS[submission.kind],
        divisions=divisions_of(submission),
        reference=submission.reference,
        url=reverse("selfservice:submission", args=[premise.public_id, submission.reference]),
        received_date=local_date(submission.received_at, settings.UTILITY_TIME_ZONE),
        status_label=submission.get_status_display(),
        tone=TONES[submission.status],
    )
