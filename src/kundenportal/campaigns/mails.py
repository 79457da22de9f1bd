"""The mails of a campaign: M8 asks, M9 reminds (ux.md 1.10), each for all premises of a login.

They carry one link for each premise, made when they are sent.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from kundenportal.campaigns.links import make_invitation_links
from kundenportal.campaigns.models import Campaign, Invitation
from kundenportal.campaigns.rules import still_asks
from kundenportal.campaigns.targets import holders_of
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Premise
from kundenportal.mailing import kinds
from kundenportal.mailing.categories import Category
from kundenportal.mailing.failures import NoLongerNeeded
from kundenportal.metering.models import Meter

READING_REQUESTED, READING_REMINDER = "reading_requested", "reading_reminder"


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    for kind in (READING_REQUESTED, READING_REMINDER):
        kinds.register(kind, prepare, is_about_customer=True, category=Category.READING_REMINDERS)


@dataclass(frozen=True)
class Place:
    """A premise that a mail asks for: the meters that are missing, and the address of its own link."""

    premise: Premise
    meters: list[Meter]
    reading_url: str


def prepare(context: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """Return what the templates need of the invitations whose ids the context carries, with new links.

    Raises:
        NoLongerNeeded: when everything was reported meanwhile, or campaign or contracts are over.

    """
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    related = Invitation.objects.select_related("campaign", "premise", "customer").order_by("pk")
    found = list(related.prefetch_related("meters__meter").filter(pk__in=_asked_in(context)))
    invitations = [
        each for each in _of_the_reader(found, context["customer"], now) if _is_needed(each, today)
    ]
    if not invitations:
        raise NoLongerNeeded
    campaign = invitations[0].campaign
    links = make_invitation_links(invitations, now=now)
    places = [Place(each.premise, each.missing, link) for each, link in zip(invitations, links, strict=True)]
    return {
        "name": invitations[0].customer.full_name,
        "places": places,
        "meter_count": sum(len(place.meters) for place in places),
        "due_date": campaign.due_date,
        "days_left": (campaign.due_date - today).days,
        "consequence": campaign.consequence,
    }


def _asked_in(context: dict[str, Any]) -> list[int]:
    """Return the ids of the invitations of a mail; one that waited through an upgrade has a single one."""
    ids: list[int] = context["invitations"] if "invitations" in context else [context["invitation"]]
    return ids


def _of_the_reader(invitations: list[Invitation], customer: int, now: dt.datetime) -> list[Invitation]:
    """Return the invitations that who reads the mail may see.

    It goes to the login that holds ``customer``, which may have lost the other ones since.
    """
    others = {each.customer_id for each in invitations} - {customer}
    holders = holders_of({customer, *others}, now=now) if others else {}
    shown = {customer, *(each for each in others if holders.get(each) == holders.get(customer, 0))}
    return [each for each in invitations if each.customer_id in shown]


def _is_needed(invitation: Invitation, today: dt.date) -> bool:
    campaign, premise = invitation.campaign, invitation.premise
    is_running = campaign.status != Campaign.Status.ENDED and still_asks(campaign.due_date, today=today)
    is_supplied = premise.ended_at is None and (premise.end_date is None or premise.end_date >= today)
    is_same = premise.customer_id == invitation.customer_id
    return is_running and is_supplied and is_same and invitation.reported_at is None
