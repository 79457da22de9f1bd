"""What is done with campaigns: planning, running and ending them, mails, cards, and what came of it."""

from kundenportal.campaigns.services.campaign_lock import CampaignMovedOn
from kundenportal.campaigns.services.cards import NoCardsWanted, make_cards, note_handed_out, order_cards
from kundenportal.campaigns.services.closing import end_campaigns, forget_campaigns
from kundenportal.campaigns.services.drafting import Plan, change_campaign, create_campaign, discard_campaign
from kundenportal.campaigns.services.inviting import write_invitations
from kundenportal.campaigns.services.opening import note_opened
from kundenportal.campaigns.services.progress import note_progress
from kundenportal.campaigns.services.running import (
    end_campaign,
    pause_campaign,
    resume_campaign,
    start_campaign,
)
from kundenportal.campaigns.services.sending import send_invitations

__all__ = [
    "CampaignMovedOn",
    "NoCardsWanted",
    "Plan",
    "change_campaign",
    "create_campaign",
    "discard_campaign",
    "end_campaign",
    "end_campaigns",
    "forget_campaigns",
    "make_cards",
    "note_handed_out",
    "note_opened",
    "note_progress",
    "order_cards",
    "pause_campaign",
    "resume_campaign",
    "send_invitations",
    "start_campaign",
    "write_invitations",
]
