"""What follows the end of a campaign: its links are closed, its card files go, and later its invitations."""

import datetime as dt
import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from kundenportal.campaigns.figures import figures_of
from kundenportal.campaigns.models import ALIVE, Campaign, CardFile, CardOrder, Invitation, InvitationLink
from kundenportal.campaigns.rules import KEPT_FOR
from kundenportal.campaigns.services.campaign_lock import CampaignMovedOn
from kundenportal.campaigns.services.running import end_campaign
from kundenportal.core.dates import local_date
from kundenportal.files.models import StoredFile
from kundenportal.files.services import erase_content
from kundenportal.identity.models import OneTimeSecret

LINKS_AT_A_TIME = 5_000
INVITATIONS_AT_A_TIME = 2_000
SECONDS_PER_RUN = 5
"""How long a run goes on with all campaigns together; each gets on by one step at least."""


def end_campaigns(now: dt.datetime) -> int:
    """End the campaigns whose period is over, close links of ended ones, and return how much was done.

    It goes on for some seconds, so that the links of a large campaign are closed in one run.
    """
    deadline = time.monotonic() + SECONDS_PER_RUN
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    done = 0
    for campaign in Campaign.objects.filter(status__in=ALIVE, period_to__lt=today):
        try:
            end_campaign(campaign, member=None, now=now)
            done += 1
        except CampaignMovedOn:
            continue  # Somebody has just ended it.
    unclosed = Campaign.objects.filter(status=Campaign.Status.ENDED, figures__isnull=True)
    for campaign in unclosed:
        done += _go_on(partial(_close_some, campaign, now), full=LINKS_AT_A_TIME, deadline=deadline)
    return done


def forget_campaigns(now: dt.datetime) -> int:
    """Delete invitations and lists of meters long after their campaign's end; return how many invitations.

    The campaign stays with what it was and its figures; whom it had asked is known no more.
    """
    deadline = time.monotonic() + SECONDS_PER_RUN
    old = Campaign.objects.filter(ended_at__lt=now - KEPT_FOR).exclude(figures__isnull=True)
    invited = Exists(Invitation.objects.filter(campaign=OuterRef("pk")))
    remaining = old.filter(invited | ~Q(meter_numbers=[]))
    return sum(
        _go_on(partial(_forget_some, campaign), full=INVITATIONS_AT_A_TIME, deadline=deadline)
        for campaign in remaining
    )


def _go_on(do_some: Callable[[], int], *, full: int, deadline: float) -> int:
    """Do some and some more, until there was less to do than fits in one step, or the time is up."""
    done = last = do_some()
    while last == full and time.monotonic() < deadline:
        last = do_some()
        done += last
    return done


def _close_some(campaign: Campaign, now: dt.datetime) -> int:
    """Close the next links of an ended campaign and return how many.

    With the last ones its figures are kept and its card files go.
    """
    links = InvitationLink.objects.filter(invitation__campaign=campaign, link__secret__expires_at__gt=now)
    secrets = list(links.values_list("link__secret", flat=True)[:LINKS_AT_A_TIME])
    with transaction.atomic(durable=True):
        OneTimeSecret.objects.filter(pk__in=secrets).update(expires_at=now)
        if len(secrets) < LINKS_AT_A_TIME:
            figures = figures_of(campaign).as_json()
            Campaign.objects.filter(pk=campaign.pk).update(figures=figures)
            _let_go_of_cards(campaign)
    return len(secrets)


def _let_go_of_cards(campaign: Campaign) -> None:
    """Delete the card files of a campaign: rows in the caller's transaction, contents after it."""
    files = list(StoredFile.objects.filter(card_file__order__campaign=campaign))
    CardFile.objects.filter(order__campaign=campaign).delete()
    CardOrder.objects.filter(campaign=campaign, finished_at=None).delete()
    for file in files:
        name = file.name
        file.delete()
        transaction.on_commit(partial(erase_content, name), robust=True)


@transaction.atomic(durable=True)
def _forget_some(campaign: Campaign) -> int:
    """Delete the next invitations of a campaign with their meters and links; with them its list of meters."""
    some = Invitation.objects.filter(campaign=campaign).order_by("pk").values("pk")[:INVITATIONS_AT_A_TIME]
    ids = [row["pk"] for row in some]
    Invitation.objects.filter(pk__in=ids).delete()
    Campaign.objects.filter(pk=campaign.pk).update(meter_numbers=[])
    return len(ids)
