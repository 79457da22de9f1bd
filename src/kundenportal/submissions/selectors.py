"""What the pages show of submissions."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Expression, Q, QuerySet

from kundenportal.core.references import parse_reference
from kundenportal.customers.models import Premise
from kundenportal.submissions.models import Submission, SubmissionQuestion


@dataclass(frozen=True)
class SubmissionPage:
    """Some submissions of a premise, the newest first, and the reference that the next older ones follow.

    ``older_than`` is empty when there are none.
    """

    submissions: tuple[Submission, ...]
    older_than: str


@dataclass(frozen=True)
class Event:
    """A status that a submission got, and when.

    ``question`` is what was asked with ``QUESTION``, and answered with the ``RECEIVED`` that follows it.
    """

    status: Submission.Status
    at: dt.datetime
    question: SubmissionQuestion | None = None


def recent_submissions(
    premise: Premise,
    limit: int = 5,
    *,
    kinds: Collection[str] = Submission.Kind.values,
    extra: Mapping[str, Expression] = {},
) -> list[Submission]:
    """Return the latest submissions of a premise, the newest first; one query.

    Args:
        premise: the place of consumption.
        limit: how many at most.
        kinds: the kinds that count.
        extra: what else to ask of each submission in the same query, by name.

    """
    return list(_of_premise(premise).filter(kind__in=kinds).annotate(**extra).order_by("-pk")[:limit])


def submissions_older_than(
    premise: Premise,
    reference: str,
    *,
    limit: int,
    kinds: Collection[str] = Submission.Kind.values,
    extra: Mapping[str, Expression] = {},
) -> SubmissionPage:
    """Return the submissions of a premise that are older than one of them; one query, as cheap anywhere.

    Args:
        premise: the place of consumption.
        reference: the reference of the last one seen; anything else begins with the newest.
        limit: how many at most.
        kinds: the kinds that count.
        extra: what else to ask of each submission in the same query, by name.

    """
    rows = _of_premise(premise).filter(kind__in=kinds).annotate(**extra).order_by("-pk")
    if parsed := parse_reference(reference):
        rows = rows.filter(pk__lt=parsed[1])
    found = list(rows[: limit + 1])
    shown = tuple(found[:limit])
    return SubmissionPage(shown, older_than=shown[-1].reference if len(found) > limit else "")


def submission_of_premise(
    premise: Premise,
    reference: str,
    *,
    kinds: Collection[str] = Submission.Kind.values,
    extra: Mapping[str, Expression] = {},
) -> Submission:
    """Return the submission with this reference and its batch.

    Args:
        premise: the place of consumption.
        reference: as the address of the page has it, so it may be anything.
        kinds: the kinds it may be of.
        extra: what else to ask of it in the same query, by name.

    Raises:
        Submission.DoesNotExist: when it is no reference, or it is not of this premise or of another kind.

    """
    if (parsed := parse_reference(reference)) is None:
        raise Submission.DoesNotExist(reference)
    year, number = parsed
    found = _of_premise(premise).annotate(**extra).select_related("batch").get(pk=number, received_year=year)
    if found.kind not in kinds:
        raise Submission.DoesNotExist(reference)
    return found


def submission_by_key(premise: Premise, key: str) -> Submission | None:
    """Return the submission of a premise that was sent with this idempotency key, if there is one.

    Args:
        premise: the place of consumption.
        key: as the address of the page has it, so it may be anything; PostgreSQL takes no NUL in a text.

    """
    return _of_premise(premise).filter(idempotency_key=key).first() if key and key.isprintable() else None


def history_of(submission: Submission) -> tuple[Event, ...]:
    """Return the statuses that a submission has had, the first one first; needs its batch; one query.

    Waiting (``ON_HOLD``) is no event: it is what a submission may do from the beginning.
    """
    status = Submission.Status
    events = [Event(status.RECEIVED, submission.received_at)]
    for question in submission.questions.order_by("pk"):
        events.append(Event(status.QUESTION, question.asked_at, question))
        if question.answered_at:
            events.append(Event(status.RECEIVED, question.answered_at, question))
    if submission.batch:
        events.append(Event(status.EXPORTED, submission.batch.created_at))
    if submission.settled_at:
        events.append(Event(status(submission.status), submission.settled_at))
    return tuple(events)


def open_question(submission: Submission) -> SubmissionQuestion | None:
    """Return what the customer was asked about a submission and has not answered, or None; one query."""
    if submission.status != Submission.Status.QUESTION:
        return None
    return submission.questions.filter(answered_at=None).first()


def ready_for_export(*, now: dt.datetime) -> QuerySet[Submission]:
    """Return what may leave for the billing system: nothing that still waits for staff (ADR 13).

    What was on hold goes by its own time. The settings ``STAFF_REVIEW`` and ``BANK_FOUR_EYES`` say what
    needs somebody who releases it.
    """
    status, released = Submission.Status, Q(released_at__isnull=False)
    ready = Q(status=status.RECEIVED) | Q(status=status.ON_HOLD, held_until__lte=now)
    if settings.STAFF_REVIEW == "manual":
        return Submission.objects.none()
    if settings.STAFF_REVIEW == "all":
        ready &= released
    if settings.STAFF_REVIEW == "unusual":
        ready &= Q(is_unusual=False) | released
    if settings.BANK_FOUR_EYES:
        ready &= ~Q(kind=Submission.Kind.BANK_CHANGE) | released
    return Submission.objects.filter(ready)


def _of_premise(premise: Premise) -> QuerySet[Submission]:
    """Return what was sent for a premise by the customer it has now; it may have had another."""
    return Submission.objects.filter(premise=premise, customer=premise.customer_id)
