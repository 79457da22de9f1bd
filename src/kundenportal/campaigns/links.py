"""The links of invitations: good as long as their campaign, and known by it, so that its end closes them."""

import datetime as dt
from collections.abc import Sequence

from kundenportal.campaigns.models import Invitation, InvitationLink
from kundenportal.metering.services import make_reading_links


def make_invitation_links(invitations: Sequence[Invitation], *, now: dt.datetime) -> list[str]:
    """Make a link for each invitation of one campaign in the caller's transaction; return their addresses.

    Args:
        invitations: at least one, with their premises and their campaign.
        now: when, aware.

    Raises:
        ValueError: when the campaign's period is over.

    """
    made = make_reading_links(
        premises=[each.premise for each in invitations],
        valid_until=invitations[0].campaign.period_to,
        now=now,
    )
    InvitationLink.objects.bulk_create(
        InvitationLink(invitation=invitation, link=each.link)
        for invitation, each in zip(invitations, made, strict=True)
    )
    return [each.address for each in made]
