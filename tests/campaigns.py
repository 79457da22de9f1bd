"""Campaigns for the tests that need one."""

import datetime as dt
from typing import Any

from django.utils import timezone

from kundenportal.campaigns.models import Campaign, Invitation
from kundenportal.campaigns.rules import Days
from kundenportal.campaigns.services import Plan, create_campaign, start_campaign, write_invitations
from kundenportal.campaigns.services.progress import look_at_invitations
from kundenportal.campaigns.services.sending import send_invitations
from kundenportal.identity.models import StaffMember
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, make_user
from tests.staff import make_member

CAMPAIGNS = "/verwaltung/kampagnen/"
DUE = dt.date(2026, 12, 15)
DAYS = Days(dt.date(2026, 11, 15), dt.date(2026, 12, 31), DUE, 14, 3)
CONSEQUENCE = "Ohne Ihren Zählerstand schätzen wir Ihren Verbrauch."


def make_plan(**changes: Any) -> Plan:
    """Return a plan that asks everybody for everything."""
    defaults = {
        "name": "Jahresablesung 2026",
        "days": DAYS,
        "divisions": ("strom", "gas", "wasser", "waerme"),
        "places": (),
        "meter_numbers": (),
        "consequence": CONSEQUENCE,
    }
    return Plan(**defaults | changes)


def supervisor() -> StaffMember:
    """Return Herr Maier, who runs campaigns."""
    known = StaffMember.objects.filter(role=StaffMember.Role.SUPERVISOR).first()
    return known or make_member(
        StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier"
    )


def make_campaign(*, now: dt.datetime = NOW, **changes: Any) -> Campaign:
    """Return a stored draft."""
    return create_campaign(make_plan(**changes), member=supervisor(), now=now)


def make_running(*, now: dt.datetime = NOW, **changes: Any) -> Campaign:
    """Return a campaign that was started, with all its invitations."""
    campaign = make_campaign(now=now, **changes)
    start_campaign(campaign, member=supervisor(), now=now)
    while write_invitations(now):
        pass
    campaign.refresh_from_db()
    return campaign


def put_out(campaign: Campaign, *, now: dt.datetime = NOW) -> int:
    """Put the mails whose turn it is into the outbox, whenever the last ones went; return how many."""
    Campaign.objects.filter(pk=campaign.pk).update(next_mails_at=now)
    return send_invitations(now)


def mails_left(status: str = "sent") -> None:
    """Let all waiting mails end, without a mail server."""
    OutgoingMail.objects.filter(status="waiting").update(status=status, sent_at=timezone.now())


def look(campaign: Campaign, *, now: dt.datetime = NOW) -> int:
    """Let a campaign see what came of all its invitations; return how many have changed."""
    campaign.refresh_from_db()
    ids = list(Invitation.objects.filter(campaign=campaign).values_list("pk", flat=True))
    return look_at_invitations(campaign, ids, now=now)


def give_login(customer: Any, number: int = 0, **values: Any) -> Any:
    """Give a customer a login of its own."""
    return make_user(customer, email=f"kunde{number}@beispiel.de", **values)
