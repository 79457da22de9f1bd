"""The link that stops a change of bank accounts, in every mail about one; it needs no sign-in."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.banking.mails import tell_staff, tell_stopped
from kundenportal.banking.models import BankDetailsChange
from kundenportal.identity.models import OneTimeSecret
from kundenportal.identity.one_time_secrets import open_secret
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import settle

_LEFT = (Submission.Status.EXPORTED, Submission.Status.COMPLETED)


class StopLinkExpired(Exception):
    """The link is unknown or too old; nothing happened."""


def change_to_stop(token: str, *, now: dt.datetime) -> Submission | None:
    """Return the change a link is about, wherever it stands by now, or None. Looking changes nothing."""
    secret = open_secret(OneTimeSecret.Purpose.CHANGE_STOP, token, now=now)
    if secret is None:
        return None
    _, change_id, _ = secret.subject.split(":")
    return Submission.objects.filter(pk=int(change_id)).select_related("customer", "submitted_by").first()


def stop_change(*, token: str, now: dt.datetime) -> Submission:
    """Stop a change, or tell the utility that it should, when the billing system has it already.

    The submission is locked, so that an export running meanwhile takes it along or leaves it, never both, and
    the answer says which. Every recipient has a link of his own; pressing several times is pressing once.

    Args:
        token: the link's token.
        now: when, aware.

    Returns:
        The change as it stands now.

    Raises:
        StopLinkExpired: when the link opens nothing (any more).

    """
    with transaction.atomic(durable=True):
        found = change_to_stop(token, now=now)
        if found is None:
            raise StopLinkExpired
        locked = Submission.objects.select_for_update(of=("self",)).select_related("customer", "submitted_by")
        submission = locked.get(pk=found.pk)
        if submission.can_be_withdrawn:
            settle(submission, Submission.Status.WITHDRAWN, reason="", now=now)
            BankDetailsChange.objects.filter(pk=submission.pk).update(stopped_at=now)
            _record("bank.stopped", submission, now)
            tell_stopped(submission, now=now)
        elif submission.status in _LEFT and _note_dispute(submission, now):
            _record("bank.disputed", submission, now)
            tell_staff(submission, now=now)
    return submission


def _note_dispute(submission: Submission, now: dt.datetime) -> bool:
    """Note that a change was called unwanted; tell whether that is news."""
    unnoted = BankDetailsChange.objects.filter(pk=submission.pk, disputed_at=None)
    return bool(unnoted.update(disputed_at=now))


def _record(action: str, submission: Submission, now: dt.datetime) -> None:
    record(action, actor="visitor", now=now, customer_id=submission.customer_id, subject=submission.reference)
