"""The mails of a campaign: M8 asks, M9 reminds (ux.md 1.10). Each carries its own link, made when sent."""

import datetime as dt
from typing import Any

from django.conf import settings

from kundenportal.campaigns.links import make_invitation_links
from kundenportal.campaigns.models import Campaign, Invitation
from kundenportal.campaigns.rules import still_asks
from kundenportal.core.dates import local_date
from kundenportal.mailing import kinds
from kundenportal.mailing.categories import Category
from kundenportal.mailing.failures import NoLongerNeeded

READING_REQUESTED, READING_REMINDER = "reading_requested", "reading_reminder"


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    for kind in (READING_REQUESTED, READING_REMINDER):
        kinds.register(kind, prepare, is_about_customer=True, category=Category.READING_REMINDERS)


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """Return what the templates need of the invitation whose id the context carries, with a new link.

    Raises:
        NoLongerNeeded: when everything was reported meanwhile, or campaign or contract are over.

    """
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    related = Invitation.objects.select_related("campaign", "premise", "customer")
    invitation = related.prefetch_related("meters__meter").filter(pk=context["invitation"]).first()
    if invitation is None or not _is_needed(invitation, today):
        raise NoLongerNeeded
    (address,) = make_invitation_links([invitation], now=now)
    return {
        "name": invitation.customer.full_name,
        "premise": invitation.premise,
        "meters": invitation.missing,
        "due_date": invitation.campaign.due_date,
        "days_left": (invitation.campaign.due_date - today).days,
        "consequence": invitation.campaign.consequence,
        "reading_url": address,
    }


def _is_needed(invitation: Invitation, today: dt.date) -> bool:
    campaign, premise = invitation.campaign, invitation.premise
    is_running = campaign.status != Campaign.Status.ENDED and still_asks(campaign.due_date, today=today)
    is_supplied = premise.ended_at is None and (premise.end_date is None or premise.end_date >= today)
    is_same = premise.customer_id == invitation.customer_id
    return is_running and is_supplied and is_same and invitation.reported_at is None
