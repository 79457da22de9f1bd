"""Which reading links are good; nothing is written (ux.md P4, F5; docs/adr/0008)."""

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet

from kundenportal.core.dates import local_date
from kundenportal.identity.models import OneTimeSecret
from kundenportal.identity.one_time_secrets import find_secret
from kundenportal.metering.models import ReadingLink

PURPOSE = OneTimeSecret.Purpose.READING_LINK


def find_reading_link(token: str, *, now: dt.datetime) -> ReadingLink | None:
    """Return the link of a token, used or not, with its premise and what was sent; None when it is over.

    A link is over on its last day, when the contract it was made for ends, and when the premise gets another
    customer: what it shows would be somebody else's then.
    """
    return _good(
        ReadingLink.objects.select_related("secret", "premise", "customer", "submission"), token, now
    )


def lock_reading_link(token: str, *, now: dt.datetime) -> ReadingLink | None:
    """Return the link of a token, locked until the caller's transaction ends; see ``find_reading_link``."""
    return _good(ReadingLink.objects.select_for_update(), token, now)


def _good(links: QuerySet[ReadingLink], token: str, now: dt.datetime) -> ReadingLink | None:
    secret = find_secret(PURPOSE, token)
    if secret is None or secret.expires_at <= now:
        return None
    link = links.filter(secret=secret).first()
    return link if link is not None and _is_of_present_contract(link, now) else None


def _is_of_present_contract(link: ReadingLink, now: dt.datetime) -> bool:
    premise, today = link.premise, local_date(now, settings.UTILITY_TIME_ZONE)
    is_running = premise.ended_at is None and (premise.end_date is None or premise.end_date >= today)
    return is_running and premise.customer_id == link.customer_id
