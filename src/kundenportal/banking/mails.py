"""The mails about changes of bank accounts: M14 of ux.md 1.10, how they ended, and that one was stopped."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from kundenportal.banking.models import BankDetailsChange, WantedAccount
from kundenportal.banking.selectors import sent_change
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.identity.security_events import (
    addresses_of,
    distinct_addresses,
    is_to_login,
    register_security_mail,
    tell_security_event,
)
from kundenportal.mailing import kinds
from kundenportal.mailing.categories import Category
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from kundenportal.submissions.models import Submission

BANK_REQUESTED, BANK_ACCEPTED, BANK_REJECTED, BANK_STOPPED, BANK_DISPUTED = (
    "bank_requested",
    "bank_accepted",
    "bank_rejected",
    "bank_stopped",
    "bank_disputed",
)

STOPPABLE_FOR = dt.timedelta(days=30)
"""How long the link that stops a change is open: through the longest wait and the days without payouts."""


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    register_security_mail(BANK_REQUESTED, add_stop_link)
    for kind in (BANK_ACCEPTED, BANK_REJECTED):
        kinds.register(kind, prepare, is_about_customer=True, category=Category.SUBMISSIONS)
    kinds.register(BANK_STOPPED, prepare_for_everybody)
    kinds.register(BANK_DISPUTED, prepare_for_staff)


def tell_change(user: User, change: BankDetailsChange, *, device: str, now: dt.datetime) -> str:
    """Tell every known address of a change, each with a link that stops it; the caller's transaction.

    Args:
        user: the login that sent it.
        change: the change, its lines stored.
        device: what the browser says it is.
        now: when, aware.

    Returns:
        The Message-ID of the mail to the login's own address.

    """
    event = tell_security_event(
        BANK_REQUESTED,
        user=user,
        addresses=known_addresses(user, change.submission, now=now),
        context={"submission": change.pk, "device": device},
        customer_id=change.submission.customer_id,
        now=now,
    )
    mails = OutgoingMail.objects.filter(kind=BANK_REQUESTED, context__event_id=event.pk)
    return str(mails.order_by("pk").values_list("message_id", flat=True)[0])


def known_addresses(user: User, submission: Submission, *, now: dt.datetime) -> list[str]:
    """Return the addresses that must know of a change: the login's, its former ones, the contract's."""
    own = addresses_of(user, now=now, tells_contacts=False)
    return distinct_addresses([*own, submission.owner.contact_email])


def tell_stopped(submission: Submission, *, now: dt.datetime) -> None:
    """Tell everybody who knew of a change that it was stopped; the caller's transaction."""
    user = submission.submitted_by
    contact = distinct_addresses([submission.owner.contact_email])
    for address in known_addresses(user, submission, now=now) if user else contact:
        enqueue(
            BANK_STOPPED,
            to=address,
            context={"submission": submission.pk},
            language=user.language if user else "de",
            customer_id=submission.customer_id,
            now=now,
        )


def tell_staff(submission: Submission, *, now: dt.datetime) -> None:
    """Tell the utility that a change it has already was called unwanted; the caller's transaction."""
    enqueue(BANK_DISPUTED, to=settings.UTILITY.email, context={"submission": submission.pk}, now=now)


def add_stop_link(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """Return what was sent, and make the link that stops it, one for each recipient.

    The login's own mailbox gets the number of the submission, too; a former one does not.
    """
    _, token = issue_token(
        OneTimeSecret.Purpose.CHANGE_STOP,
        subject=f"bank-change:{context['submission']}:{context['recipient_index']}",
        lifetime=STOPPABLE_FOR,
        now=now,
    )
    told = prepare_for_everybody(context, now) | {"stop_token": token}
    return told | ({"reference": _submission(context).reference} if is_to_login(context) else {})


def prepare_for_everybody(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return what also former mailboxes may read: no reference, no address, no whole IBAN."""
    submission = _submission(context)
    change, accounts = sent_change(submission)
    held_until = submission.held_until
    zone = settings.UTILITY_TIME_ZONE
    return {
        "name": submission.owner.full_name,
        "accounts": [_shown(each) for each in accounts],
        "valid_from": change.valid_from,
        "is_ending": is_ending(accounts),
        "held_local": timezone.localtime(held_until, zone) if held_until else None,
        "is_held_longer": change.is_held_longer,
    }


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """Return what the templates for the sender need."""
    submission = _submission(context)
    return prepare_for_everybody(context, now) | {
        "reference": submission.reference,
        "premise": submission.place,
        "reason": submission.reason,
    }


def prepare_for_staff(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:  # noqa: ARG001
    """Return what leads the utility's people to the change, and no more."""
    submission = _submission(context)
    blocked_until = submission.bank_details_change.payout_blocked_until
    return {"case_number": submission.reference, "payout_blocked_until": blocked_until}


def is_ending(accounts: Sequence[WantedAccount]) -> bool:
    """Tell whether a change only gives accounts up."""
    return not any(each.iban_end for each in accounts)


def _submission(context: dict[str, Any]) -> Submission:
    rows = Submission.objects.select_related("customer", "premise", "submitted_by")
    return rows.get(pk=context["submission"])


def _shown(line: WantedAccount) -> dict[str, str]:
    """Return a line as a mail may show it; the street tells a premise, and an old mailbox knows it anyway."""
    return {
        "place": line.premise.street_line if line.premise else "",
        "iban": str(line),
        "previous": line.previous,
        "mandate_reference": line.mandate_reference,
    }
