"""Changing the e-mail address of a login (guide lines 94 to 96; security.md A11).

The old address stays the login's until the new mailbox confirms. It is told at once, and for ten days its
link "Das war ich nicht" stops the change or takes it back.
"""

import datetime as dt
from collections.abc import Container

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.email_addresses import mask_email
from kundenportal.identity.models import EmailChange, OneTimeSecret, User
from kundenportal.identity.one_time_secrets import (
    end_secrets_of,
    issue_token,
    lock_login_secret,
    open_secret,
)
from kundenportal.identity.password_check import check_own_password
from kundenportal.identity.security_events import report_security_event
from kundenportal.identity.sessions import end_sessions
from kundenportal.identity.throttle import Limit, allow_all, give_back
from kundenportal.mailing.kinds import Context
from kundenportal.mailing.services import enqueue

LINK_LIFETIME = dt.timedelta(hours=24)

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class TooManyEmailChanges(Exception):
    """The login asked for two changes within an hour, or five within a day."""


class EmailLinkExpired(Exception):
    """The link was used, ran out, was followed by a newer one, or its change was stopped."""


def request_email_change(
    user: User, *, new_email: str, current_password: str, device: str, now: dt.datetime
) -> EmailChange:
    """Note a new address and ask its mailbox to confirm it; an earlier wish that waits is over.

    Whether another login has the address shows nowhere: its mailbox gets the same mail.

    Args:
        user: the login.
        new_email: the canonical new address.
        current_password: as typed.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Raises:
        TooManyWrongPasswords: when the password was wrong too often.
        WrongPassword: when it is wrong; nothing changed.
        TooManyEmailChanges: beyond two an hour or five a day; nothing changed.

    """
    check_own_password(user, current_password, now=now)
    limits = [
        Limit("email-change-hour", str(user.pk), 2, _HOUR),
        Limit("email-change-day", str(user.pk), 5, _DAY),
    ]
    if not allow_all(limits, now=now):
        # A wish that is refused is none.
        give_back(limits, now=now)
        raise TooManyEmailChanges
    with transaction.atomic(durable=True):
        locked = User.objects.select_for_update().get(pk=user.pk)
        _end_waiting(locked, now)
        change = EmailChange.objects.create(
            user=locked, old_email=locked.email, new_email=new_email, requested_at=now
        )
        context = {"email_change_id": change.pk}
        enqueue("email_change_confirm", to=new_email, context=context, language=user.language, now=now)
        report_security_event(
            "email_change_requested",
            user=locked,
            action="email.change_requested",
            device=device,
            context={"masked_email": mask_email(new_email)},
            now=now,
        )
    return change


def add_confirmation_link(context: Context, now: dt.datetime) -> Context:
    """Make the link of a change of address, good for 24 hours from now."""
    change = EmailChange.objects.select_related("user").get(pk=context["email_change_id"])
    _, token = issue_token(
        OneTimeSecret.Purpose.EMAIL_CHANGE,
        subject=f"email-change:{change.pk}",
        lifetime=LINK_LIFETIME,
        user=change.user,
        now=now,
    )
    return {"token": token}


def waiting_email_change(user: User, *, now: dt.datetime) -> EmailChange | None:
    """Return the change of address that waits for its new mailbox, or None."""
    since = now - LINK_LIFETIME
    return EmailChange.objects.filter(
        user=user, completed_at=None, ended_at=None, requested_at__gt=since
    ).first()


def email_change_of(token: str, *, now: dt.datetime) -> EmailChange | None:
    """Return the change that a link may still confirm, or None. Looking changes nothing."""
    secret = open_secret(OneTimeSecret.Purpose.EMAIL_CHANGE, token, now=now)
    return _change_of(secret) if secret else None


def stop_email_change(user: User, *, now: dt.datetime) -> None:
    """Stop the change of address that waits, as its owner wishes; without one nothing happens."""
    with transaction.atomic(durable=True):
        if _end_waiting(user, now):
            record("email.change_stopped", actor=user.actor, now=now)


def confirm_email_change(*, token: str, session_key: str | None, now: dt.datetime) -> User:
    """Make a proven new address that of the login; its other sessions and its links end.

    Args:
        token: the link's token.
        session_key: the session of the browser that confirms; it goes on when it is the login's.
        now: when, aware.

    Returns:
        The login.

    Raises:
        EmailLinkExpired: when the link opens nothing (any more).

    """
    with transaction.atomic(durable=True):
        secret = lock_login_secret(OneTimeSecret.Purpose.EMAIL_CHANGE, token, now=now)
        change = _change_of(secret) if secret else None
        if secret is None or secret.user is None or change is None:
            raise EmailLinkExpired
        user = secret.user
        user.email, user.email_verified_at = change.new_email, now
        user.save(update_fields=["email", "email_verified_at"])
        change.completed_at = now
        change.save(update_fields=["completed_at"])
        end_secrets_of(user, now=now)
        end_sessions(user, except_key=session_key)
        report_security_event("email_changed", user=user, action="email.changed", now=now)
    return user


def undo_email_changes(user: User, *, since: dt.datetime, anchors: Container[str], now: dt.datetime) -> bool:
    """Stop the change of address that waits, take back those completed of late; the caller's transaction.

    An address that stands in the master data is the customer's own word to the utility: a login that has
    arrived at one keeps it, so that who holds only the old mailbox cannot pull the login back to it.

    Args:
        user: the login, locked.
        since: changes completed before stay.
        anchors: the contact addresses of the master data.
        now: when, aware.

    Returns:
        Whether the login has an earlier address again.

    """
    _end_waiting(user, now)
    completed = EmailChange.objects.filter(user=user, completed_at__gte=since, reverted_at=None)
    first = completed.order_by("completed_at", "id").first()
    if first is None or user.email in anchors:
        return False
    user.email = first.old_email
    user.save(update_fields=["email"])
    completed.update(reverted_at=now)
    return True


def is_waiting_change(context: Context, recipient: str, now: dt.datetime) -> bool:  # noqa: ARG001
    """Tell whether a change of address still waits for the mailbox it asks."""
    waiting = EmailChange.objects.filter(pk=context["email_change_id"], completed_at=None, ended_at=None)
    return waiting.filter(new_email=recipient, user__is_active=True).exists()


def _end_waiting(user: User, now: dt.datetime) -> int:
    return EmailChange.objects.filter(user=user, completed_at=None, ended_at=None).update(ended_at=now)


def _change_of(secret: OneTimeSecret) -> EmailChange | None:
    """Return the change of a link while it waits and its login exists."""
    change_id = int(secret.subject.removeprefix("email-change:"))
    return EmailChange.objects.filter(
        pk=change_id, completed_at=None, ended_at=None, user__is_active=True
    ).first()
