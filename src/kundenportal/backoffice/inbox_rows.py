"""Submissions as the inbox lists them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundenportal.backoffice.submission_kinds import KINDS
from kundenportal.core.dates import local_date
from kundenportal.submissions.models import Submission
from kundenportal.ui.tones import TONES

_LATE_DAYS, _VERY_LATE_DAYS = 2, 5
"""From how many days on something waits long, and too long."""


@dataclass(frozen=True)
class Age:
    """How long something has waited, in words and as a colour."""

    words: str
    tone: str


@dataclass(frozen=True)
class Finding:
    """What a rule found, in words, with a symbol and as a colour."""

    words: str | Promise
    icon: str
    tone: str


@dataclass(frozen=True)
class InboxRow:
    """One line of the inbox."""

    submission: Submission
    icon: str
    tone: str
    age: Age | None
    finding: Finding | None


PLAUSIBLE = Finding(gettext_lazy("plausibel"), "circle-check", "ok")
UNUSUAL = Finding(gettext_lazy("auffällig"), "triangle-alert", "warn")
UNPLACED = Finding(gettext_lazy("nicht zugeordnet"), "triangle-alert", "fehler")


def inbox_rows(submissions: Sequence[Submission], *, now: dt.datetime) -> list[InboxRow]:
    """Return submissions as lines of the inbox; no query."""
    return [inbox_row(submission, now=now) for submission in submissions]


def inbox_row(submission: Submission, *, now: dt.datetime) -> InboxRow:
    """Return a submission as a line of the inbox."""
    return InboxRow(
        submission=submission,
        icon=KINDS[submission.kind].icon,
        tone=TONES[submission.status],
        age=age_of(submission.waits_since, now=now) if submission.waits_since else None,
        finding=_finding(submission),
    )


def age_of(since: dt.datetime, *, now: dt.datetime) -> Age:
    """Return how long something has waited, by the utility's calendar days."""
    zone = settings.UTILITY_TIME_ZONE
    days = (local_date(now, zone) - local_date(since, zone)).days
    if days <= 0:
        return Age(_("seit heute"), "still")
    words = _("seit gestern") if days == 1 else ngettext("seit %(days)s Tag", "seit %(days)s Tagen", days)
    tone = "still" if days < _LATE_DAYS else "warn" if days < _VERY_LATE_DAYS else "fehler"
    return Age(words % {"days": days}, tone)


def _finding(submission: Submission) -> Finding | None:
    if submission.customer_id is None:
        return UNPLACED
    if submission.is_unusual:
        return UNUSUAL
    return PLAUSIBLE if submission.kind == Submission.Kind.METER_READING else None
