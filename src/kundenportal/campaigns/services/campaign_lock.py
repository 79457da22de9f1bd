"""Taking hold of a campaign, so that two people, or a person and the job runner, do not cross."""

from kundenportal.campaigns.models import Campaign


class CampaignMovedOn(Exception):
    """The campaign stands somewhere else by now, or is gone; nothing was changed."""


def lock_campaign(campaign: Campaign, *statuses: Campaign.Status) -> Campaign:
    """Return a campaign as it is stored, locked until the caller's transaction ends.

    Args:
        campaign: the campaign as it was seen.
        statuses: where it has to stand.

    Raises:
        CampaignMovedOn: when it stands somewhere else, or is gone.

    """
    locked = Campaign.objects.select_for_update().filter(pk=campaign.pk, status__in=statuses).first()
    if locked is None:
        raise CampaignMovedOn
    return locked
