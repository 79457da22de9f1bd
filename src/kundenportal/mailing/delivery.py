"""Sending what waits in the outbox: at least once, never lost, a repeat with the same Message-ID.

A sender claims one mail by moving its next try behind a lease, speaks SMTP without holding a lock, and
then marks the mail. A sender that dies in between leaves a mail that comes due again with the lease's end.
"""

import datetime as dt
import hashlib
import time
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from kundenportal.mailing.answers import is_lost
from kundenportal.mailing.choices import choice_of
from kundenportal.mailing.failures import MailRefused, NoLongerNeeded, ServerUnavailable
from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.messages import build_message, sender_address
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.recipients import recipient_of
from kundenportal.mailing.rules import wait_before_next_try
from kundenportal.mailing.transports import Transport, open_transport

LEASE = dt.timedelta(minutes=15)
"""Longer than any one mail can take: ten answers of half a minute each and the run's own seconds."""

PAUSE = dt.timedelta(minutes=1)
"""How long all mails wait when the server cannot be used."""

BEHIND_THE_OTHERS = dt.timedelta(seconds=1)
"""How much longer the mail waits at which that was found out: if it is what the server stumbles over, every
time, the others still get their turn."""

KEPT_FOR = dt.timedelta(days=90)
"""How long a finished mail's row is kept as evidence that it was sent."""

CONTENT_KEPT_FOR = dt.timedelta(days=30)
"""How long what fills a sent mail's template is kept, so that staff can see to a mail that never arrived."""

_FORGOTTEN_AT_ONCE = 5000
_MAILS_PER_RUN = 100
_SECONDS_PER_RUN = 5

_CLAIM = """
    UPDATE mailing_outgoingmail SET attempts = attempts + 1, next_try_at = %(lease_end)s
    WHERE id = (
        SELECT id FROM mailing_outgoingmail
        WHERE status = %(waiting)s AND next_try_at <= %(now)s
        ORDER BY next_try_at, id LIMIT 1 {lock}
    )
    RETURNING *
"""

log = structlog.get_logger(__name__)


def send_due_mails(now: dt.datetime) -> int:
    """Send mails that are due, for a few seconds at most, and return how many were tried.

    Safe to run in many processes at once. Without a mail server every mail stays where it is.
    """
    # A look that takes no lock comes first: on SQLite every transaction stops the other writers.
    if not settings.SMTP_URL or not _due(now).exists():
        return 0
    transport = open_transport(settings.SMTP_URL, client_name=urlsplit(settings.BASE_URL).hostname or "")
    deadline = time.monotonic() + _SECONDS_PER_RUN
    tried = 0
    try:
        while tried < _MAILS_PER_RUN and time.monotonic() < deadline and (mail := _claim(now)):
            tried += 1
            _deliver(mail, transport, now=now)
    except ServerUnavailable as error:
        _postpone_all(str(error), now=now)
    finally:
        transport.close()
    return tried


def delete_finished_mails(now: dt.datetime) -> int:
    """Delete the rows of mails that ended long ago, sent or not, and return how many."""
    finished = OutgoingMail.objects.exclude(status=OutgoingMail.Status.WAITING)
    deleted, _ = finished.filter(created_at__lt=now - KEPT_FOR).delete()
    return deleted


def forget_contents(now: dt.datetime) -> int:
    """Forget what filled the templates of mails sent long enough ago, and return how many they were."""
    due = OutgoingMail.objects.filter(content_until__lte=now).order_by("content_until")
    some = list(due.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE])
    return OutgoingMail.objects.filter(pk__in=some).update(context={}, content_until=None)


def _due(now: dt.datetime) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(status=OutgoingMail.Status.WAITING, next_try_at__lte=now)


def _claim(now: dt.datetime) -> OutgoingMail | None:
    """Take the mail that has waited longest, in one statement that steps over what others are taking."""
    lock = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    claimed = OutgoingMail.objects.raw(
        _CLAIM.format(lock=lock),
        {"now": now, "lease_end": now + LEASE, "waiting": OutgoingMail.Status.WAITING},
    )
    return next(iter(claimed), None)


def _deliver(mail: OutgoingMail, transport: Transport, *, now: dt.datetime) -> None:
    try:
        if not _readdress(mail, now=now):
            return
        choice = choice_of(mail, kind_named(mail.kind).category)
        if not choice.is_wanted:
            _mark(mail, status=OutgoingMail.Status.UNWANTED, context={}, last_error="")
            return
        message = build_message(mail, now=now, unsubscribe_token=choice.unsubscribe_token)
        content = message.as_bytes()
        transport.send(content, sender=sender_address(), recipient=mail.recipient)
    except ServerUnavailable as error:
        # The try does not count: a server that is away for a week costs no mail.
        next_try_at = now + PAUSE + BEHIND_THE_OTHERS
        _mark(mail, attempts=mail.attempts - 1, next_try_at=next_try_at, last_error=str(error)[:300])
        raise
    except NoLongerNeeded:
        _mark(mail, status=OutgoingMail.Status.STOPPED, context={}, last_error="")
    except MailRefused as error:
        _mark_refused(mail, str(error), is_final=error.is_final, now=now)
    except Exception as error:
        # One broken template must not stop the other mails.
        log.exception("mail.broken", mail=mail.pk, kind=mail.kind)
        _mark_refused(mail, f"{type(error).__name__}: {error}", is_final=False, now=now)
    else:
        _mark(
            mail,
            status=OutgoingMail.Status.SENT,
            subject=str(message["Subject"])[:200],
            sent_at=now,
            sent_digest=hashlib.sha256(content).hexdigest(),
            content_until=now + CONTENT_KEPT_FOR,
            last_error="",
        )


def _readdress(mail: OutgoingMail, *, now: dt.datetime) -> bool:
    """Address a mail about a customer to whoever holds the customer now; stop it when nobody does.

    A login may have lost the customer since the mail was put in the outbox, which can be days ago.
    """
    if not kind_named(mail.kind).is_about_customer:
        return True
    with transaction.atomic(durable=True):
        recipient = recipient_of(mail, now)
        if recipient is None:
            # What was for whoever holds the customer is stopped wherever nobody has registered yet.
            tell = log.warning if mail.recipient else log.info
            tell("mail.stopped", mail=mail.pk, kind=mail.kind)
            _mark(mail, status=OutgoingMail.Status.STOPPED, context={}, last_error="")
            return False
        if recipient.address != mail.recipient:
            mail.recipient, mail.language = recipient.address, recipient.language
            _mark(mail, recipient=mail.recipient, language=mail.language)
    return True


def _mark_refused(mail: OutgoingMail, reason: str, *, is_final: bool, now: dt.datetime) -> None:
    wait = None if is_final else wait_before_next_try(mail.attempts)
    log.warning("mail.refused", mail=mail.pk, kind=mail.kind, attempts=mail.attempts, is_final=wait is None)
    if wait is None:
        # An address that takes no mail is somebody's task; a server that was away for days is not.
        failed = OutgoingMail.Status.FAILED
        _mark(mail, status=failed, needs_staff=is_final and is_lost(reason), last_error=reason[:300])
    else:
        _mark(mail, next_try_at=now + wait, last_error=reason[:300])


def _mark(mail: OutgoingMail, **values: object) -> None:
    """Write how a try ended, unless the lease ran out and somebody else has tried since."""
    OutgoingMail.objects.filter(
        pk=mail.pk, attempts=mail.attempts, status=OutgoingMail.Status.WAITING
    ).update(**values)


def _postpone_all(reason: str, *, now: dt.datetime) -> None:
    others = _due(now).update(next_try_at=now + PAUSE, last_error=reason[:300])
    log.error("mail.server_unavailable", reason=reason, waiting=others + 1)
