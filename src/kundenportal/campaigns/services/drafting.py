"""Planning a campaign: until it starts, everything about it may be changed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from kundenportal.audit.services import Detail, record
from kundenportal.campaigns.models import Campaign
from kundenportal.campaigns.rules import Days
from kundenportal.campaigns.services.campaign_lock import lock_campaign
from kundenportal.identity.models import StaffMember


@dataclass(frozen=True)
class Plan:
    """What a campaign is to be; the form has checked it with ``rules.faults_of``.

    Attributes:
        name: what colleagues call it; customers do not read it.
        days: its days.
        divisions: at least one.
        places: postcodes and towns; empty for all.
        meter_numbers: only these meters; empty for all.
        consequence: what happens to whoever sends nothing, as customers read it.

    """

    name: str
    days: Days
    divisions: tuple[str, ...]
    places: tuple[str, ...]
    meter_numbers: tuple[str, ...]
    consequence: str


@transaction.atomic(durable=True)
def create_campaign(plan: Plan, *, member: StaffMember, now: dt.datetime) -> Campaign:
    """Store a campaign as a draft: nobody hears of it.

    Args:
        plan: what it is to be.
        member: who plans it.
        now: when, aware.

    """
    campaign = Campaign(created_by=member, created_at=now)
    _take_over(campaign, plan)
    campaign.save()
    record_act(campaign, "created", member, now)
    return campaign


@transaction.atomic(durable=True)
def change_campaign(campaign: Campaign, plan: Plan, *, member: StaffMember, now: dt.datetime) -> None:
    """Change a draft.

    Raises:
        CampaignMovedOn: when it was started or deleted meanwhile; nothing was changed.

    """
    locked = lock_campaign(campaign, Campaign.Status.DRAFT)
    _take_over(locked, plan)
    locked.save()
    record_act(locked, "changed", member, now)


@transaction.atomic(durable=True)
def discard_campaign(campaign: Campaign, *, member: StaffMember, now: dt.datetime) -> None:
    """Delete a draft.

    Raises:
        CampaignMovedOn: when it was started or deleted meanwhile; nothing was changed.

    """
    locked = lock_campaign(campaign, Campaign.Status.DRAFT)
    record_act(locked, "discarded", member, now)
    locked.delete()


def record_act(
    campaign: Campaign,
    verb: str,
    member: StaffMember | None,
    now: dt.datetime,
    details: Mapping[str, Detail] | None = None,
) -> None:
    """Write down what somebody, or nobody but the portal itself, did with a campaign, and its name."""
    actor = member.user.actor if member else "system"
    told = {"name": campaign.name, **(details or {})}
    record(f"campaign.{verb}", actor=actor, now=now, subject=f"campaign:{campaign.pk}", details=told)


def _take_over(campaign: Campaign, plan: Plan) -> None:
    campaign.name = plan.name
    campaign.period_from, campaign.period_to = plan.days.period_from, plan.days.period_to
    campaign.due_date = plan.days.due
    campaign.first_reminder_days = plan.days.first_reminder
    campaign.last_reminder_days = plan.days.last_reminder
    campaign.divisions = ",".join(plan.divisions)
    campaign.places, campaign.meter_numbers = list(plan.places), list(plan.meter_numbers)
    campaign.consequence = plan.consequence
