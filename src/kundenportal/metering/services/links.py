"""Making links for reading cards and mails, and taking in what is sent with them (ux.md P4, F5)."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from kundenportal.audit.services import record
from kundenportal.customers.models import Premise
from kundenportal.identity.one_time_secrets import issue_tokens, use_up
from kundenportal.identity.throttle import allow
from kundenportal.metering.models import ReadingLink
from kundenportal.metering.reading_links import PURPOSE, lock_reading_link
from kundenportal.metering.services.assessing import ReadingToSubmit
from kundenportal.metering.services.submitting import Sender, take_in_readings
from kundenportal.submissions.models import Submission

MAX_A_DAY = 10
"""How often a link may send: once, and corrections. Each sends a mail to whoever holds the customer."""


class MadeLink(NamedTuple):
    """A link just made, and its address, which is kept nowhere."""

    link: ReadingLink
    address: str


class LinkOver(Exception):
    """The link is unknown or over, or what it has sent cannot be corrected any more; nothing was changed."""


def create_reading_link(*, premise: Premise, valid_until: dt.date, now: dt.datetime) -> str:
    """Make a link for one premise and return its address; see ``create_reading_links``."""
    (address,) = create_reading_links(premises=[premise], valid_until=valid_until, now=now)
    return address


@transaction.atomic(durable=True)
def create_reading_links(*, premises: Iterable[Premise], valid_until: dt.date, now: dt.datetime) -> list[str]:
    """Make a link for each premise and return their addresses, which are kept nowhere.

    A premise may have several links, such as that of a card and that of a reminder; each is good once.

    Args:
        premises: places of consumption with a running contract.
        valid_until: the last local day on which the links are good.
        now: when, aware.

    Raises:
        ValueError: when that day is over.

    """
    addresses = [
        made.address for made in make_reading_links(premises=premises, valid_until=valid_until, now=now)
    ]
    record(
        "reading_links.created",
        actor="system",
        now=now,
        details={"links": len(addresses), "valid_until": valid_until.isoformat()},
    )
    return addresses


def make_reading_links(
    *, premises: Iterable[Premise], valid_until: dt.date, now: dt.datetime
) -> list[MadeLink]:
    """Make a link for each premise in the caller's transaction; see ``create_reading_links``.

    The moment is part of what a link's secret is for, so that it ends no earlier one.

    Raises:
        ValueError: when the last day is over.

    """
    end = dt.datetime.combine(
        valid_until + dt.timedelta(days=1), dt.time(), tzinfo=settings.UTILITY_TIME_ZONE
    )
    if end <= now:
        raise ValueError(f"{valid_until} is over")
    places = list(premises)
    subjects = [f"premise:{premise.pk}:{now.isoformat()}" for premise in places]
    issued = issue_tokens(PURPOSE, subjects=subjects, lifetime=end - now, now=now)
    links = ReadingLink.objects.bulk_create(
        ReadingLink(secret=secret, premise=premise, customer_id=premise.customer_id, created_at=now)
        for premise, (secret, _token) in zip(places, issued, strict=True)
    )
    return [
        MadeLink(link, settings.BASE_URL + reverse("selfservice:reading_link", args=[token]))
        for link, (_secret, token) in zip(links, issued, strict=True)
    ]


@transaction.atomic(durable=True)
def submit_readings_by_link(
    *,
    token: str,
    readings: Sequence[ReadingToSubmit],
    confirmed: Collection[int],
    key: str,
    now: dt.datetime,
) -> Submission:
    """Store what somebody read off and sent with a link, and use the link up.

    What ``submit_meter_readings`` says holds here too. With a used link, what was sent with it can be sent
    anew until it is exported; a link replaces nothing else.

    Args:
        token: of the link.
        readings: at least one value, at most one for each register of the link's premise.
        confirmed: the ids of the registers whose unusual value was confirmed.
        key: the idempotency key of the form.
        now: when, aware.

    Raises:
        LinkOver: when the link is not good, used and what was sent with it is exported, or used too often.
        ReadingRejected: when a value is impossible, or unusual and not confirmed.

    """
    link = lock_reading_link(token, now=now)
    if link is None:
        raise LinkOver
    before = link.submission
    if before is not None and before.idempotency_key == key:
        return before
    may_send = not link.is_used or link.can_correct
    if not may_send or not allow(
        "reading-link", str(link.pk), limit=MAX_A_DAY, window=dt.timedelta(days=1), now=now
    ):
        raise LinkOver
    replaceable = [before.pk] if before is not None else []
    sender = Sender(f"link:{link.pk}", Submission.Channel.LINK, replaceable=replaceable)
    link.submission = take_in_readings(
        sender, premise=link.premise, readings=readings, confirmed=confirmed, key=key, now=now
    )
    link.save(update_fields=["submission"])
    use_up(link.secret, now=now)
    return link.submission
