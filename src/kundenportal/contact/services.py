"""Writing to the utility, writing again, and the utility's answer.

Every message of a customer is a submission of its own: it stands in the one queue, leaves with the next batch
and is settled like any other, whether it opens a thread or goes on with one.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.contact.mails import (
    CONTACT_ACCEPTED,
    CONTACT_ANSWERED,
    CONTACT_RECEIVED,
    CONTACT_REJECTED,
)
from kundenportal.contact.models import Attachment, ContactMessage, ContactSubmission, ContactThread
from kundenportal.contact.rules import Refusal, refusal_of
from kundenportal.contact.selectors import messages_sent_today
from kundenportal.customers.models import Premise
from kundenportal.identity.models import User
from kundenportal.submissions.marks import check_mark
from kundenportal.submissions.models import OPEN, Submission
from kundenportal.submissions.services import open_submission, settle, tell_sender
from kundenportal.submissions.settling import Settle, settle_submission
from kundenportal.submissions.uploads import move_uploads


@dataclass(frozen=True)
class WrittenMessage:
    """What a customer wrote: plain text, the number to call back, and the ids of the files he handed in."""

    body: str
    phone: str
    uploads: Sequence[str] = ()


class MessageRefused(Exception):
    """The message is not taken; nothing was stored. ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@transaction.atomic(durable=True)
def send_contact_message(
    *, actor: User, premise: Premise, subject: str, written: WrittenMessage, key: str, now: dt.datetime
) -> Submission:
    """Open a thread with a customer's message: one submission, its audit entry and its mail.

    The login is locked, so that messages sent at once are counted. The same key a second time gives the
    submission of the first.

    Args:
        actor: the login that writes.
        premise: the place of consumption in view; the caller has checked that the login may see it, and that
            its grant is not restricted.
        subject: what it is about, on one line.
        written: the message.
        key: the idempotency key of the form.
        now: when, aware.

    Raises:
        MessageRefused: when the login has sent too many today, or there are too many files.
        UploadGone: when one of the files is not there any more.

    """
    user = User.objects.select_for_update().get(pk=actor.pk)
    if sent := Submission.objects.filter(idempotency_key=key, premise=premise).first():
        return sent
    _refuse(user, written, now)
    submission = _open(premise, user, key, now)
    thread = ContactThread.objects.create(opened_by=submission, subject=subject, last_message_at=now)
    _store(submission, thread, user, written, now)
    return submission


@transaction.atomic(durable=True)
def reply_to_thread(
    *, actor: User, thread: ContactThread, written: WrittenMessage, key: str, now: dt.datetime
) -> Submission:
    """Add a customer's further message to a thread: a submission of its own, as ``send_contact_message``.

    Args:
        actor: the login that writes.
        thread: the thread; the caller has checked that the login may see it.
        written: the message.
        key: the idempotency key of the form.
        now: when, aware.

    Raises:
        MessageRefused: when the login has sent too many today, or there are too many files.
        UploadGone: when one of the files is not there any more.

    """
    user = User.objects.select_for_update().get(pk=actor.pk)
    premise = thread.opened_by.place
    if sent := Submission.objects.filter(idempotency_key=key, premise=premise).first():
        return sent
    _refuse(user, written, now)
    ContactThread.objects.select_for_update(of=("self",)).filter(pk=thread.pk).update(last_message_at=now)
    submission = _open(premise, user, key, now)
    _store(submission, thread, user, written, now)
    return submission


@transaction.atomic(durable=True)
def answer_thread(
    *, staff: User, thread: ContactThread, body: str, now: dt.datetime, seen: Mapping[str, str] | None = None
) -> ContactMessage:
    """Add the utility's answer to a thread, and tell the customer by a mail that says only where it is.

    What the customer wrote before is settled by it, so that nobody answers twice.

    Args:
        staff: who answers; the caller has checked that he may.
        thread: the thread.
        body: the answer, plain text.
        now: when, aware.
        seen: the marks (``submissions.marks``) of the messages that were in view, by their references.

    Raises:
        ChangedMeanwhile: when one of them is not what was in view, for example because it was answered.

    """
    locked = ContactThread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    messages = Submission.objects.select_for_update(of=("self",)).filter(contact__message__thread=locked)
    submissions = list(messages.select_related("submitted_by").order_by("pk"))
    for submission in submissions:
        if seen and submission.reference in seen:
            check_mark(submission, seen[submission.reference])
    ContactThread.objects.filter(pk=locked.pk).update(last_message_at=now)
    answer = ContactMessage.objects.create(
        thread=locked, author=ContactMessage.Author.STAFF, written_by=staff, body=body, sent_at=now
    )
    for submission in submissions:
        if submission.status in OPEN:
            settle(submission, Submission.Status.COMPLETED, reason="", now=now)
    record(
        "contact.answered",
        actor=f"staff:{staff.pk}",
        now=now,
        customer_id=submissions[-1].customer_id,
        subject=submissions[0].reference,
    )
    tell_sender(CONTACT_ANSWERED, submissions[-1], now=now)
    return answer


@transaction.atomic
def mark_answers_read(thread: ContactThread, *, now: dt.datetime) -> None:
    """Note that the customer has seen the answers of a thread; a second time changes nothing."""
    unread = thread.messages.filter(author=ContactMessage.Author.STAFF, read_at=None)
    unread.update(read_at=now)


def _refuse(user: User, written: WrittenMessage, now: dt.datetime) -> None:
    refusal = refusal_of(sent_today=messages_sent_today(user, now=now), files=len(written.uploads))
    if refusal is not None:
        raise MessageRefused(refusal)


def _open(premise: Premise, user: User, key: str, now: dt.datetime) -> Submission:
    kind = Submission.Kind.CONTACT_MESSAGE
    return open_submission(kind, premise=premise, actor=user, key=key, now=now)


def _store(
    submission: Submission, thread: ContactThread, user: User, written: WrittenMessage, now: dt.datetime
) -> None:
    """Insert message, detail row and attachments, write the audit entry and tell the sender."""
    message = ContactMessage.objects.create(
        thread=thread,
        author=ContactMessage.Author.CUSTOMER,
        written_by=user,
        body=written.body,
        sent_at=now,
    )
    ContactSubmission.objects.create(submission=submission, message=message, phone=written.phone)
    uploads = move_uploads(user, submission.place, written.uploads)
    Attachment.objects.bulk_create(
        Attachment(public_id=upload.public_id, message=message, file=upload.file, name=upload.name)
        for upload in uploads
    )
    record(
        "contact.submitted",
        actor=user.actor,
        now=now,
        customer_id=submission.customer_id,
        subject=submission.reference,
        details={"thread": thread.reference, "files": len(uploads)},
    )
    tell_sender(CONTACT_RECEIVED, submission, now=now)


def _take_over_nothing(submission: Submission, now: dt.datetime) -> None:
    """Change nothing: a message is about no master data."""


settle_contact_message: Settle = partial(
    settle_submission,
    topic="contact",
    take_over=_take_over_nothing,
    mails={"accepted": CONTACT_ACCEPTED, "rejected": CONTACT_REJECTED},
)
"""Settle a message, which is about no master data."""
