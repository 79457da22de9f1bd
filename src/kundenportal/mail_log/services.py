"""Use cases of the mail log: sending a mail once more, marking what came back, seeing to it."""

import datetime as dt
from enum import Enum

from django.db import transaction

from kundenportal.audit.services import record, record_visit
from kundenportal.mail_log.reports import Report
from kundenportal.mailing.answers import is_lost
from kundenportal.mailing.kinds import UnknownMailKind, kind_named
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue

Status = OutgoingMail.Status

_AGAIN_AFTER = dt.timedelta(minutes=10)
"""How soon the same mail may be sent once more: two clicks are one wish."""

ACTOR = "mail-server"


class NotRepeated(Enum):
    """Why a mail is not sent once more."""

    WAITS = "waits"
    SENT_JUST_NOW = "sent_just_now"
    UNWANTED = "unwanted"
    STOPPED = "stopped"
    FORGOTTEN = "forgotten"
    OCCASION_OVER = "occasion_over"


class NotRepeatable(Exception):
    """A mail cannot be sent once more, or makes no sense any more; ``reason`` says why."""

    def __init__(self, reason: NotRepeated) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Marked(Enum):
    """What became of a report."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    KNOWN = "known"
    UNKNOWN_MAIL = "unknown_mail"


def why_not_again(mail: OutgoingMail, *, now: dt.datetime) -> NotRepeated | None:
    """Return why a mail is not sent once more, or None; two queries at most.

    Args:
        mail: the mail.
        now: when, aware.

    """
    by_status = {
        Status.WAITING: NotRepeated.WAITS,
        Status.UNWANTED: NotRepeated.UNWANTED,
        Status.STOPPED: NotRepeated.STOPPED,
    }
    if mail.status in by_status:
        return by_status[Status(mail.status)]
    if not mail.context:
        return NotRepeated.FORGOTTEN
    if _was_repeated_just_now(mail, now):
        return NotRepeated.SENT_JUST_NOW
    return None if _may_repeat(mail, now) else NotRepeated.OCCASION_OVER


def _was_repeated_just_now(mail: OutgoingMail, now: dt.datetime) -> bool:
    """Tell whether staff sent one of this kind to the same reader again; a repetition's repetition counts."""
    if mail.customer_id is None:
        to_the_same = OutgoingMail.objects.filter(recipient=mail.recipient)
    else:
        to_the_same = OutgoingMail.objects.filter(customer_id=mail.customer_id)
    since = now - _AGAIN_AFTER
    return to_the_same.filter(kind=mail.kind, created_at__gt=since, repeats__isnull=False).exists()


def _may_repeat(mail: OutgoingMail, now: dt.datetime) -> bool:
    try:
        kind = kind_named(mail.kind)
    except UnknownMailKind:
        return False
    if kind.may_repeat is not None:
        return kind.may_repeat(mail.context, mail.recipient, now)
    return kind.is_about_customer


@transaction.atomic(durable=True)
def repeat_mail(mail: OutgoingMail, *, actor: str, now: dt.datetime) -> OutgoingMail:
    """Put a mail into the outbox once more and return the new one.

    What it tells is looked up anew when it is sent, and a link in it is a new one; the old secret stays what
    it was. A mail about a customer goes to whoever holds him now.

    Args:
        mail: the mail, sent or failed.
        actor: who wants it, as the audit trail names people.
        now: when, aware.

    Raises:
        NotRepeatable: when it is not sent once more; nothing is changed.

    """
    locked = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if reason := why_not_again(locked, now=now):
        raise NotRepeatable(reason)
    again = enqueue(
        locked.kind,
        to=None if kind_named(locked.kind).is_about_customer else locked.recipient,
        context=locked.context,
        language=locked.language,
        customer_id=locked.customer_id,
        now=now,
    )
    again.repeats = locked
    again.save(update_fields=["repeats"])
    record(
        "mail.repeated",
        actor=actor,
        now=now,
        customer_id=locked.customer_id,
        subject=f"mail:{locked.pk}",
        details={"kind": locked.kind, "again": again.pk},
    )
    return again


@transaction.atomic(durable=True)
def mark_returned(report: Report, *, now: dt.datetime) -> Marked:
    """Write down what a mail server says of one of our mails, and nothing else: anybody can send a report.

    A report that is made up needs the random Message-ID of a mail, which its reader has. All it does is mark
    that mail; no login and no address is changed by it.

    Args:
        report: what came in.
        now: when, aware.

    """
    mail = OutgoingMail.objects.select_for_update().filter(message_id=report.message_id).first()
    if mail is None:
        return Marked.UNKNOWN_MAIL
    if mail.status != Status.SENT:
        return Marked.KNOWN
    mail.last_error = report.answer
    if not report.has_failed:
        mail.save(update_fields=["last_error"])
        return Marked.DELAYED
    is_hard = is_lost(report.answer)
    mail.status, mail.bounced_at, mail.needs_staff = Status.BOUNCED, now, is_hard
    mail.bounce = OutgoingMail.Bounce.HARD if is_hard else OutgoingMail.Bounce.SOFT
    mail.save(update_fields=["status", "bounced_at", "needs_staff", "bounce", "last_error"])
    record(
        "mail.returned",
        actor=ACTOR,
        now=now,
        customer_id=mail.customer_id,
        subject=f"mail:{mail.pk}",
        details={"kind": mail.kind, "bounce": mail.bounce},
    )
    return Marked.BOUNCED


@transaction.atomic(durable=True)
def settle_address(mail: OutgoingMail, *, actor: str, now: dt.datetime) -> int:
    """Note that somebody has seen to an address that takes no mail, and return how many mails that were.

    Args:
        mail: one of the mails to that address.
        actor: who, as the audit trail names people.
        now: when, aware.

    """
    open_ones = OutgoingMail.objects.filter(recipient=mail.recipient, needs_staff=True)
    settled = open_ones.update(needs_staff=False)
    if settled:
        record(
            "mail.address_settled",
            actor=actor,
            now=now,
            customer_id=mail.customer_id,
            subject=f"mail:{mail.pk}",
            details={"mails": settled},
        )
    return settled


@transaction.atomic
def note_opening(mail: OutgoingMail, *, actor: str, now: dt.datetime) -> None:
    """Write down that somebody who works here opened a mail; one entry a visit."""
    subject = f"mail:{mail.pk}"
    record_visit("mail.viewed", actor=actor, now=now, customer_id=mail.customer_id, subject=subject)
