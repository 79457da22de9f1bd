"""What the pages of a request to link need to know; nothing is written."""

import datetime as dt
from enum import StrEnum

from django.conf import settings

from kundenportal.identity.models import User
from kundenportal.linking.models import LinkRequest
from kundenportal.linking.rules import same_mailbox
from kundenportal.linking.selectors import holder_of

CONFIRM_WITHIN = dt.timedelta(hours=1)
LETTER_WITHIN = dt.timedelta(days=40)
"""Thirty days a code is good, and some days until it is printed."""


class LinkStep(StrEnum):
    """What a request is still asked for before it links."""

    CONFIRMATION = "confirmation"
    PASSWORD = "password"  # noqa: S105
    LETTER = "letter"


def open_link_request(user: User, public_id: str, *, now: dt.datetime) -> LinkRequest | None:
    """Return a request of a login that waits to be confirmed, or None.

    It waits for an hour, or until the code of its letter has run out.
    """
    request = (
        LinkRequest.objects.select_related("customer")
        .filter(user=user, public_id=public_id, completed_at=None, customer__ended_at=None)
        .first()
    )
    if request is None:
        return None
    patience = LETTER_WITHIN if request.letters.exists() else CONFIRM_WITHIN
    return request if now < request.created_at + patience else None


def waiting_for_letter(user: User, *, now: dt.datetime) -> list[LinkRequest]:
    """Return the requests of a login that wait for the code of a letter."""
    return list(
        LinkRequest.objects.select_related("customer")
        .filter(user=user, completed_at=None, created_at__gt=now - LETTER_WITHIN)
        .exclude(letters=None)
        .distinct()
        .order_by("-id")
    )


def step_of(request: LinkRequest) -> LinkStep:
    """Return what a request is still asked for (guide line 64; setting ``LINKING_PROOF``)."""
    if holder_of(request.customer) is not None:
        return LinkStep.PASSWORD
    is_own_mailbox = same_mailbox(request.user.email, request.customer.contact_email)
    if settings.LINKING_PROOF == "letter" and not is_own_mailbox:
        return LinkStep.LETTER
    return LinkStep.CONFIRMATION
