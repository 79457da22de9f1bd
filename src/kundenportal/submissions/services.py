"""Opening and settling submissions: the steps every kind shares."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kundenportal.audit.services import record
from kundenportal.customers.models import Premise
from kundenportal.identity.models import User
from kundenportal.mailing.services import enqueue
from kundenportal.submissions.mails import SUBMISSION_WITHDRAWN
from kundenportal.submissions.models import Submission


@dataclass(frozen=True)
class Start:
    """Where a submission stands at first.

    Attributes:
        status: ``RECEIVED``, or ``ON_HOLD`` for what is not to be exported yet.
        held_until: when it may be exported although it is on hold; None when somebody must decide.
        is_unusual: whether the topic's rule found something that staff should look at.

    """

    status: Submission.Status = Submission.Status.RECEIVED
    held_until: dt.datetime | None = None
    is_unusual: bool = False


RECEIVED = Start()
"""It arrived, and nothing speaks against it."""


def open_submission(
    kind: Submission.Kind,
    *,
    premise: Premise | None,
    actor: User | None,
    key: str,
    now: dt.datetime,
    channel: Submission.Channel = Submission.Channel.PORTAL,
    start: Start = RECEIVED,
) -> Submission:
    """Insert a submission's spine in the caller's transaction and return it.

    Args:
        kind: what is sent.
        premise: the place of consumption it is for; its customer is the submission's. None where nobody
            knows yet.
        actor: the login that sends it, None where nobody signed in.
        key: the idempotency key of the rendered form; the same key twice is refused by the database.
        now: when, aware; the reference carries the utility's local year.
        channel: how it reaches us.
        start: where it stands at first.

    Raises:
        django.db.IntegrityError: when a submission with this key exists.

    """
    local_year = timezone.localtime(now, settings.UTILITY_TIME_ZONE).year
    return Submission.objects.create(
        kind=kind,
        customer_id=premise.customer_id if premise else None,
        premise=premise,
        submitted_by=actor,
        channel=channel,
        status=start.status,
        held_until=start.held_until,
        is_unusual=start.is_unusual,
        waits_since=now,
        idempotency_key=key,
        received_at=now,
        received_year=local_year,
    )


Follow = Callable[[Submission], None]

_when_settled: dict[str, Follow] = {}


def when_settled(kind: Submission.Kind, follow: Follow) -> None:
    """Let the package of a kind do what every last status of its submissions entails; called when ready.

    Args:
        kind: the kind of submission.
        follow: gets the locked submission, in the transaction that settles it.

    """
    _when_settled[kind] = follow


def settle(submission: Submission, status: Submission.Status, *, reason: str, now: dt.datetime) -> None:
    """Give a submission its last status, in the caller's transaction.

    Args:
        submission: the submission, locked by the caller.
        status: ``COMPLETED``, ``REJECTED`` or ``WITHDRAWN``.
        reason: why, in words the customer may read; empty when there is nothing to say.
        now: when, aware.

    """
    submission.status = status
    submission.reason = reason
    submission.settled_at, submission.waits_since = now, None
    submission.save(update_fields=["status", "reason", "settled_at", "waits_since"])
    if follow := _when_settled.get(submission.kind):
        follow(submission)


def tell_sender(kind: str, submission: Submission, *, now: dt.datetime) -> None:
    """Enqueue a mail about a submission for the login that sent it, as long as there is one.

    Of what came without a login, whoever holds the customer is told; of what belongs to nobody, nobody is.

    Args:
        kind: the kind of mail; its ``prepare`` gets the submission's id.
        submission: what it is about.
        now: when, aware.

    """
    user = submission.submitted_by
    if user is not None and user.is_active:
        enqueue(
            kind,
            to=user.email,
            context={"submission": submission.pk},
            now=now,
            language=user.language,
            customer_id=submission.customer_id,
        )
    elif submission.channel != Submission.Channel.PORTAL and submission.customer_id is not None:
        tell_holder(kind, submission, now=now)


def tell_holder(kind: str, submission: Submission, *, now: dt.datetime) -> None:
    """Enqueue a mail about a submission for whoever holds its customer; see ``tell_sender``."""
    context = {"submission": submission.pk}
    enqueue(kind, to=None, context=context, now=now, customer_id=submission.customer_id)


class NotWithdrawable(Exception):
    """The submission is exported or settled; nothing was changed."""


@transaction.atomic(durable=True)
def withdraw_submission(*, actor: User, submission: Submission, now: dt.datetime) -> None:
    """Take a submission of any kind back, as long as it is not exported, and confirm it by mail.

    The row is locked, so that an export running meanwhile takes it along or leaves it, never both. A second
    click changes nothing.

    Args:
        actor: the login that takes it back.
        submission: the submission; the caller has checked that the login may see it.
        now: when, aware.

    Raises:
        NotWithdrawable: when it is exported or settled.

    """
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    if locked.status == Submission.Status.WITHDRAWN:
        return
    if not locked.can_be_withdrawn:
        raise NotWithdrawable(f"{locked.reference} is {locked.status}")
    settle(locked, Submission.Status.WITHDRAWN, reason="", now=now)
    record(
        "submission.withdrawn",
        actor=actor.actor,
        now=now,
        customer_id=locked.customer_id,
        subject=locked.reference,
    )
    enqueue(
        SUBMISSION_WITHDRAWN,
        to=actor.email,
        context={"submission": locked.pk},
        now=now,
        language=actor.language,
        customer_id=locked.customer_id,
    )
