"""Starting a campaign, pausing it, going on and ending it."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from kundenportal.campaigns.models import ALIVE, Campaign
from kundenportal.campaigns.services.campaign_lock import CampaignMovedOn, lock_campaign
from kundenportal.campaigns.services.drafting import record_act
from kundenportal.core.dates import local_date
from kundenportal.identity.models import StaffMember

_Status = Campaign.Status


@transaction.atomic(durable=True)
def start_campaign(campaign: Campaign, *, member: StaffMember, now: dt.datetime) -> None:
    """Start a draft: the job runner writes the invitations and sends the mails.

    Args:
        campaign: the draft.
        member: who starts it.
        now: when, aware.

    Raises:
        CampaignMovedOn: when it is no draft any more, or its due date is over; nothing was changed.

    """
    locked = lock_campaign(campaign, _Status.DRAFT)
    if locked.due_date < local_date(now, settings.UTILITY_TIME_ZONE):
        raise CampaignMovedOn
    locked.status, locked.started_at, locked.next_mails_at = _Status.RUNNING, now, now
    locked.save(update_fields=["status", "started_at", "next_mails_at"])
    record_act(locked, "started", member, now)


@transaction.atomic(durable=True)
def pause_campaign(campaign: Campaign, *, member: StaffMember, now: dt.datetime) -> None:
    """Let no further mails go into the outbox; links stay good, and answers are counted.

    Raises:
        CampaignMovedOn: when it does not run; nothing was changed.

    """
    _move(campaign, _Status.RUNNING, _Status.PAUSED)
    record_act(campaign, "paused", member, now)


@transaction.atomic(durable=True)
def resume_campaign(campaign: Campaign, *, member: StaffMember, now: dt.datetime) -> None:
    """Go on with a campaign that was paused.

    Raises:
        CampaignMovedOn: when it is not paused; nothing was changed.

    """
    _move(campaign, _Status.PAUSED, _Status.RUNNING)
    record_act(campaign, "resumed", member, now)


@transaction.atomic(durable=True)
def end_campaign(campaign: Campaign, *, member: StaffMember | None, now: dt.datetime) -> None:
    """End a campaign for good: no mail leaves any more, and the job runner closes its links.

    Args:
        campaign: one that runs or is paused.
        member: who ends it; None when its period is over.
        now: when, aware.

    Raises:
        CampaignMovedOn: when it neither runs nor is paused; nothing was changed.

    """
    locked = lock_campaign(campaign, *ALIVE)
    locked.status, locked.ended_at = _Status.ENDED, now
    locked.save(update_fields=["status", "ended_at"])
    record_act(locked, "ended", member, now)


def _move(campaign: Campaign, before: Campaign.Status, after: Campaign.Status) -> None:
    locked = lock_campaign(campaign, before)
    locked.status = after
    locked.save(update_fields=["status"])
