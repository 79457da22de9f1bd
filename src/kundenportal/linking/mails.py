"""The mails of registration, passwords and linking; their secrets are made at the moment they are sent."""

import datetime as dt

from django.conf import settings

from kundenportal.core.dates import local_date
from kundenportal.core.references import new_code
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.identity.password_hashing import hash_password
from kundenportal.identity.security_events import register_security_mail
from kundenportal.linking.idle_logins import idle_logins
from kundenportal.linking.models import AccountLink, DeletionNotice, Registration
from kundenportal.linking.registrations import secret_subject
from kundenportal.linking.rules import GUESSABLE_PROOFS, day_of_deletion
from kundenportal.linking.undo_links import UndoKind, issue_undo_token
from kundenportal.mailing.failures import NoLongerNeeded
from kundenportal.mailing.kinds import Context, register

LINK_LIFETIME = dt.timedelta(hours=24)
RESET_LIFETIME = SIGN_IN_LIFETIME = dt.timedelta(minutes=60)
START_PASSWORD_LENGTH = 16
START_PASSWORD_LIFETIME = dt.timedelta(days=7)


def register_mails() -> None:
    """Make the kinds of mail known."""
    register("registration_link", add_registration_link, may_repeat=_is_open_registration)
    register("registration_start_password", add_start_password, may_repeat=_is_open_registration)
    register("registration_exists")
    register("registration_notice")
    register("registration_completed", add_withdrawal_link)
    register("password_reset", add_reset_links, may_repeat=_is_still_theirs)
    register("sign_in_link", add_sign_in_links, may_repeat=_is_still_theirs)
    register_security_mail("accounts_linked", add_undo_link)
    register_security_mail("account_unlinked")
    register_security_mail("link_password_guessed")
    register("link_undone")
    register("login_deleted")
    register("login_expires", add_day_of_deletion)


def add_registration_link(context: Context, now: dt.datetime) -> Context:
    """Make the link of a registration, good for 24 hours from now."""
    registration = Registration.objects.select_for_update().get(pk=context["registration_id"])
    registration.secret, token = issue_token(
        OneTimeSecret.Purpose.REGISTRATION,
        subject=secret_subject(registration),
        lifetime=LINK_LIFETIME,
        now=now,
    )
    registration.save(update_fields=["secret"])
    return {"token": token}


def add_start_password(context: Context, now: dt.datetime) -> Context:
    """Make the start password of a registration, good for one login within seven days."""
    start_password = new_code(START_PASSWORD_LENGTH)
    registration = Registration.objects.select_for_update().get(pk=context["registration_id"])
    registration.start_password = hash_password(start_password)
    registration.start_password_expires_at = now + START_PASSWORD_LIFETIME
    registration.save(update_fields=["start_password", "start_password_expires_at"])
    return {"start_password": start_password}


def add_reset_links(context: Context, now: dt.datetime) -> Context:
    """Make one link for each login that shares the mailbox, good for 60 minutes from now."""
    return _links_of_logins(context, OneTimeSecret.Purpose.PASSWORD_RESET, RESET_LIFETIME, now)


def add_sign_in_links(context: Context, now: dt.datetime) -> Context:
    """Make one link for each login that shares the mailbox, good for 60 minutes from now.

    A later mail does not end the links of an earlier one: whoever asks for one in the name of a neighbour
    would end that neighbour's.
    """
    request = f":{context['request_id']}"
    return _links_of_logins(context, OneTimeSecret.Purpose.SIGN_IN, SIGN_IN_LIFETIME, now, request=request)


def add_withdrawal_link(context: Context, now: dt.datetime) -> Context:
    """Make the link by which a contact address withdraws a grant, unless the grant was proven better."""
    link = AccountLink.objects.get(pk=context["account_link_id"])
    if link.proof not in GUESSABLE_PROOFS:
        return {}
    return {"undo_token": issue_undo_token(UndoKind.ACCESS, link.pk, 0, now=now)}


def add_undo_link(context: Context, now: dt.datetime) -> Context:
    """Make the link that undoes a linking, good for 14 days from now, one for each recipient."""
    is_merge = "merge_id" in context
    kind, pk = (
        (UndoKind.MERGE, context["merge_id"]) if is_merge else (UndoKind.LINK, context["link_request_id"])
    )
    # Two events tell of one merge, each counts its recipients.
    recipient = context["recipient_index"] * 2 + bool(context.get("is_absorbed"))
    return {"undo_token": issue_undo_token(kind, pk, recipient, now=now)}


def add_day_of_deletion(context: Context, now: dt.datetime) -> Context:
    """Set the day on which a login is deleted, and put it off when it is told too late.

    Raises:
        NoLongerNeeded: when the login is idle no more, or gone.

    """
    notices = DeletionNotice.objects.select_for_update().filter(pk=context["notice"])
    notice = notices.filter(user__in=idle_logins(now)).first()
    if notice is None:
        raise NoLongerNeeded
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    notice.delete_on = day_of_deletion(notice.delete_on, today=today)
    notice.save(update_fields=["delete_on"])
    return {"delete_on": notice.delete_on, "months": settings.LOGIN_KEPT_MONTHS}


def _is_open_registration(context: Context, recipient: str, now: dt.datetime) -> bool:  # noqa: ARG001
    """Tell whether a registration still waits for the mailbox it was mailed to."""
    mailed = Registration.objects.filter(pk=context["registration_id"], status=Registration.Status.MAILED)
    return mailed.filter(email=recipient).exists()


def _is_still_theirs(context: Context, recipient: str, now: dt.datetime) -> bool:  # noqa: ARG001
    """Tell whether all the logins a mail has links for still have its address: a former one gets none."""
    users = User.objects.filter(pk__in=context["user_ids"], email=recipient, is_active=True)
    return users.count() == len(context["user_ids"])


def _links_of_logins(
    context: Context,
    purpose: OneTimeSecret.Purpose,
    lifetime: dt.timedelta,
    now: dt.datetime,
    *,
    request: str = "",
) -> Context:
    logins = []
    for user in User.objects.filter(pk__in=context["user_ids"], is_active=True).order_by("id"):
        numbers = AccountLink.objects.filter(user=user, ended_at=None).order_by("customer__customer_number")
        subject = f"user:{user.pk}{request}"
        _, token = issue_token(purpose, subject=subject, lifetime=lifetime, now=now, user=user)
        logins.append(
            {
                "customer_numbers": list(numbers.values_list("customer__customer_number", flat=True)),
                "token": token,
            }
        )
    return {"logins": logins}
