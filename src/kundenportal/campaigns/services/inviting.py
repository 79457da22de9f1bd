"""Writing the invitations of a campaign that was started: some premises at a time, each exactly once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kundenportal.campaigns.models import ALIVE, Campaign, Invitation, InvitedMeter
from kundenportal.campaigns.rules import still_asks
from kundenportal.campaigns.targets import meters_asked, reachable
from kundenportal.core.dates import local_date
from kundenportal.metering.models import Meter

METERS_AT_A_TIME = 1_500


def write_invitations(now: dt.datetime) -> int:
    """Write the next invitations of each campaign that lacks some, and return how many.

    A campaign remembers up to which premise it has got in the same transaction, so that a job runner that
    dies leaves nothing half done, and what was done is not done again. After the due date nobody is invited
    any more, also not by a campaign that was paused: how many that are is counted, for staff to see.
    """
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    unplanned = Campaign.objects.filter(is_planned=False)
    for campaign_id in list(
        unplanned.filter(status__in=ALIVE, due_date__lt=today).values_list("pk", flat=True)
    ):
        _leave_out_the_others(campaign_id, today)
    waiting = unplanned.filter(status=Campaign.Status.RUNNING)
    return sum(_write_some(campaign_id, now) for campaign_id in list(waiting.values_list("pk", flat=True)))


@transaction.atomic(durable=True)
def _write_some(campaign_id: int, now: dt.datetime) -> int:
    unplanned = Campaign.objects.filter(pk=campaign_id, status=Campaign.Status.RUNNING, is_planned=False)
    campaign = unplanned.select_for_update(skip_locked=True).first()
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    if campaign is None or not still_asks(campaign.due_date, today=today):
        return 0
    meters_at = _next_meters(campaign, today)
    if meters_at:
        _insert(campaign, meters_at, now)
        campaign.planned_up_to = max(premise for premise, _customer in meters_at)
    campaign.is_planned = not meters_at
    campaign.save(update_fields=["planned_up_to", "is_planned"])
    return len(meters_at)


@transaction.atomic(durable=True)
def _leave_out_the_others(campaign_id: int, today: dt.date) -> None:
    """End the writing of a campaign whose due date is over, and count the premises that got no invitation."""
    unplanned = Campaign.objects.filter(pk=campaign_id, status__in=ALIVE, is_planned=False)
    campaign = unplanned.select_for_update(skip_locked=True).first()
    if campaign is None:
        return
    others = _meters_after(campaign, today).order_by()
    campaign.left_out, campaign.is_planned = others.values("premise").distinct().count(), True
    campaign.save(update_fields=["left_out", "is_planned"])


def _meters_after(campaign: Campaign, today: dt.date) -> QuerySet[Meter]:
    """Return the meters to ask for at the premises whose turn has not come."""
    return meters_asked(campaign, today=today).filter(premise__gt=campaign.planned_up_to)


def _next_meters(campaign: Campaign, today: dt.date) -> Mapping[tuple[int, int], Sequence[int]]:
    """Return the meters of the next premises, by premise and customer; the last premise is whole."""
    meters = _meters_after(campaign, today).order_by("premise", "pk")
    rows = list(meters.values_list("premise", "premise__customer", "pk")[:METERS_AT_A_TIME])
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for premise, customer, meter in rows:
        found[premise, customer].append(meter)
    if len(rows) == METERS_AT_A_TIME and len(found) > 1:
        # The last premise may have further meters: it comes first the next time.
        found.popitem()
    return found


def _insert(campaign: Campaign, meters_at: Mapping[tuple[int, int], Sequence[int]], now: dt.datetime) -> None:
    by_mail = reachable([customer for _premise, customer in meters_at], now=now)
    invitations = Invitation.objects.bulk_create(
        Invitation(
            campaign=campaign,
            premise_id=premise,
            customer_id=customer,
            way=Invitation.Way.MAIL if customer in by_mail else Invitation.Way.CARD,
        )
        for premise, customer in meters_at
    )
    InvitedMeter.objects.bulk_create(
        InvitedMeter(invitation=invitation, campaign=campaign, meter_id=meter)
        for invitation, meters in zip(invitations, meters_at.values(), strict=True)
        for meter in meters
    )
