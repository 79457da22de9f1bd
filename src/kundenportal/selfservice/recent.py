"""The rows of "Ihre letzten Vorgänge": what was sent, when, and where it stands."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.customers.models import Premise
from kundenportal.metering.reading_task import divisions_sent
from kundenportal.submissions.models import Submission


@dataclass(frozen=True)
class KindOfRow:
    """How a kind of submission is shown: its symbol, its name, and the name of its page's address."""

    icon: str
    label: str | Promise
    url_name: str


@dataclass(frozen=True)
class RecentRow:
    """One submission as the home page lists it."""

    kind: KindOfRow
    divisions: tuple[str, ...]
    url: str
    received_date: dt.date
    status_label: str
    tone: str


KINDS = {Submission.Kind.METER_READING: KindOfRow("gauge", _("Zählerstand"), "readings_sent")}

TONES = {
    Submission.Status.RECEIVED: "neu",
    Submission.Status.ON_HOLD: "warn",
    Submission.Status.EXPORTED: "warn",
    Submission.Status.COMPLETED: "ok",
    Submission.Status.REJECTED: "fehler",
    Submission.Status.WITHDRAWN: "still",
}


def recent_rows(premise: Premise, submissions: Sequence[Submission]) -> list[RecentRow]:
    """Return submissions as rows, each leading to its own page; one query."""
    divisions = divisions_sent(submissions) if submissions else {}
    return [_row(premise, submission, divisions.get(submission.pk, ())) for submission in submissions]


def _row(premise: Premise, submission: Submission, divisions: tuple[str, ...]) -> RecentRow:
    kind = KINDS[Submission.Kind(submission.kind)]
    received_at = timezone.localtime(submission.received_at, settings.UTILITY_TIME_ZONE)
    return RecentRow(
        kind=kind,
        divisions=divisions,
        url=reverse(f"selfservice:{kind.url_name}", args=[premise.public_id, submission.reference]),
        received_date=received_at.date(),
        status_label=submission.get_status_display(),
        tone=TONES[Submission.Status(submission.status)],
    )
