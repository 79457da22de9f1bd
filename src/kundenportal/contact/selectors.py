"""Threads and messages as the pages show them."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from kundenportal.contact.models import Attachment, ContactMessage, ContactSubmission, ContactThread
from kundenportal.core.references import parse_reference
from kundenportal.customers.models import Premise
from kundenportal.identity.models import User
from kundenportal.submissions.models import Submission

_UNREAD = Q(author=ContactMessage.Author.STAFF, read_at=None)


@dataclass(frozen=True)
class ThreadPage:
    """Some threads of a premise, the newest first, and the number of the next page; 0 when there is none."""

    threads: tuple[ContactThread, ...]
    next_number: int


def threads_of(premise: Premise, *, number: int, size: int) -> ThreadPage:
    """Return a page of a premise's threads, those with the latest message first; one query.

    Each has ``unread``, the count of answers its customer has not seen.

    Args:
        premise: the place of consumption.
        number: which page, from 1.
        size: how many threads a page has.

    """
    unread = Count("messages", filter=Q(messages__author=ContactMessage.Author.STAFF, messages__read_at=None))
    rows = _of_premise(premise).select_related("opened_by").annotate(unread=unread)
    start = (number - 1) * size
    found = list(rows.order_by("-last_message_at", "-pk")[start : start + size + 1])
    return ThreadPage(tuple(found[:size]), number + 1 if len(found) > size else 0)


def thread_of_premise(premise: Premise, reference: str) -> ContactThread:
    """Return the thread that this submission opened.

    Raises:
        ContactThread.DoesNotExist: when it is no reference, or no thread of this premise has it.

    """
    if (parsed := parse_reference(reference)) is None:
        raise ContactThread.DoesNotExist(reference)
    year, number = parsed
    threads = _of_premise(premise).select_related("opened_by")
    return threads.get(opened_by=number, opened_by__received_year=year)


def messages_of(thread: ContactThread) -> list[ContactMessage]:
    """Return the messages of a thread with their submissions and attachments, the oldest first."""
    attachments = Attachment.objects.select_related("file").order_by("pk")
    messages = thread.messages.select_related("contact__submission").order_by("sent_at", "pk")
    return list(messages.prefetch_related(Prefetch("attachments", attachments)))


def sent_message(submission: Submission) -> ContactSubmission:
    """Return the message that a submission sent, with its thread and attachments."""
    attachments = Attachment.objects.select_related("file").order_by("pk")
    sent = ContactSubmission.objects.select_related("message__thread__opened_by")
    return sent.prefetch_related(Prefetch("message__attachments", attachments)).get(pk=submission.pk)


def attachment_of_premise(premise: Premise, public_id: str) -> Attachment:
    """Return an attachment of a message that was written for a premise, with its file.

    Raises:
        Attachment.DoesNotExist: when there is none of this id, or it is not of this premise.

    """
    attachments = Attachment.objects.select_related("file")
    return attachments.get(message__thread__in=_of_premise(premise), public_id=public_id)


def attachment_of_submission(submission: Submission, public_id: str) -> Attachment:
    """Return an attachment of any message in the thread of a submission, with its file.

    Raises:
        Attachment.DoesNotExist: when there is none of this id, or it is in another thread.

    """
    attachments = Attachment.objects.select_related("file")
    return attachments.get(message__thread__messages__contact=submission.pk, public_id=public_id)


def count_unread_at(premise: OuterRef, customer: OuterRef) -> Coalesce:
    """Return an expression: how many answers at the premise of a query's row its customer has not seen yet.

    Args:
        premise: the row's premise.
        customer: its customer.

    """
    answers = ContactMessage.objects.filter(
        _UNREAD, thread__opened_by__premise=premise, thread__opened_by__customer=customer
    )
    counted = answers.values("author").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def messages_sent_today(user: User, *, now: dt.datetime) -> int:
    """Return how many messages a login has sent since midnight at the utility's."""
    midnight = timezone.localtime(now, settings.UTILITY_TIME_ZONE).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    messages = Submission.objects.filter(kind=Submission.Kind.CONTACT_MESSAGE, submitted_by=user)
    return messages.filter(received_at__gte=midnight).count()


def _of_premise(premise: Premise) -> QuerySet[ContactThread]:
    """Return what the customer a premise has now wrote for it; it may have had another."""
    return ContactThread.objects.filter(opened_by__premise=premise, opened_by__customer=premise.customer_id)
