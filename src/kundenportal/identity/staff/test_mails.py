"""Telling whether mails arrive: a test mail to whoever asks for it, and to nobody else."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.models import StaffMember
from kundenportal.identity.throttle import allow
from kundenportal.mailing.services import enqueue

TEST_MAIL = "test_mail"

_PER_HOUR = 5


class TooManyTestMails(Exception):
    """Five were sent within the hour; none is."""


def send_test_mail(member: StaffMember, *, now: dt.datetime) -> None:
    """Put a test mail to a member's own address into the outbox.

    Args:
        member: who asks for it.
        now: when, aware.

    Raises:
        TooManyTestMails: when there were five within the hour.

    """
    user = member.user
    if not allow("test-mail", user.actor, limit=_PER_HOUR, window=dt.timedelta(hours=1), now=now):
        raise TooManyTestMails
    with transaction.atomic(durable=True):
        context = {"name": member.name}
        enqueue(TEST_MAIL, to=user.email, context=context, now=now, language=user.language)
        record("settings.test_mail_sent", actor=user.actor, now=now, subject=user.actor)
