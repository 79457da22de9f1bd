"""What the pages show of campaigns: the list, the cards, and what a customer is asked now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import CharField, Count, DateField, OuterRef, Q, QuerySet, Subquery

from kundenportal.campaigns.models import ALIVE, Campaign, CardFile, CardOrder, Invitation
from kundenportal.core.pages import Page, cut_page
from kundenportal.customers.models import Premise
from kundenportal.metering.reading_task import Asked


@dataclass(frozen=True)
class CampaignRow:
    """A campaign as the list shows it, with how many premises are asked and have reported."""

    campaign: Campaign
    invited: int
    reported: int


def campaign_page(*, after: int | None, limit: int) -> Page[CampaignRow, int]:
    """Return a page of the list, the newest campaign first; two queries.

    Args:
        after: the id of the last campaign of the page before; None for the first page.
        limit: how many at most.

    """
    campaigns = Campaign.objects.order_by("-pk")
    if after is not None:
        campaigns = campaigns.filter(pk__lt=after)
    page = cut_page(campaigns, limit=limit, mark=lambda campaign: campaign.pk)
    counts = _counts([each.pk for each in page.rows if each.figures is None])
    return Page(tuple(_row(each, counts) for each in page.rows), page.next_after)


def campaign_numbered(number: int) -> Campaign:
    """Return a campaign with who planned it.

    Raises:
        Campaign.DoesNotExist: when there is none.

    """
    return Campaign.objects.select_related("created_by__user").get(pk=number)


def card_orders(campaign: Campaign) -> list[CardOrder]:
    """Return the orders of cards of a campaign with their files, the newest first; two queries."""
    orders = CardOrder.objects.filter(campaign=campaign).select_related("ordered_by__user")
    return list(orders.prefetch_related("files__file").order_by("-pk"))


def card_file_of(campaign: Campaign, file_id: int) -> CardFile | None:
    """Return a file of cards by its id, None unless it is the campaign's."""
    files = CardFile.objects.select_related("file", "order")
    return files.filter(pk=file_id, order__campaign=campaign).first()


def cards_wanted(campaign: Campaign, *, repeats: bool) -> QuerySet[Invitation]:
    """Return who shall get a card: who is asked by card or was not reached, and has not reported.

    Args:
        campaign: the campaign.
        repeats: also who has got one before.

    """
    invitations = Invitation.objects.filter(campaign=campaign, reported_at=None).filter(
        Q(way=Invitation.Way.CARD) | Q(delivery=Invitation.Delivery.UNREACHED)
    )
    return invitations if repeats else invitations.filter(has_card=False)


def match_places(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the postcodes and towns that the master data have, as they spell them, and the unknown names.

    Upper and lower case count as the same; one query.
    """
    if not names:
        return (), ()
    known = Premise.objects.filter(ended_at=None).values_list("postal_code", "city").distinct()
    spelled: dict[str, set[str]] = defaultdict(set)
    for place in {each for pair in known for each in pair}:
        spelled[place.casefold()].add(place)
    found = {place for name in names for place in spelled.get(name.casefold(), ())}
    unknown = tuple(name for name in names if name.casefold() not in spelled)
    return tuple(sorted(found)), unknown


def asked_at(premise: OuterRef, customer: OuterRef, *, today: dt.date) -> Mapping[str, Subquery]:
    """Return expressions: what the campaign with the next due date asks of a query's row, for ``asked_in``.

    Args:
        premise: the row's premise.
        customer: its customer.
        today: the utility's local date.

    """
    asked = Invitation.objects.filter(
        premise=premise, customer=customer, campaign__status__in=ALIVE, campaign__due_date__gte=today
    ).order_by("campaign__due_date", "pk")
    date, text = DateField(), CharField()
    return {
        "asked_since": Subquery(asked.values("campaign__period_from")[:1], output_field=date),
        "asked_until": Subquery(asked.values("campaign__due_date")[:1], output_field=date),
        "asked_divisions": Subquery(asked.values("campaign__divisions")[:1], output_field=text),
    }


def asked_in(row: Mapping[str, object]) -> Asked | None:
    """Return what the expressions of ``asked_at`` found, or None."""
    since, until, divisions = row["asked_since"], row["asked_until"], row["asked_divisions"]
    if not isinstance(since, dt.date) or not isinstance(until, dt.date):
        return None
    return Asked(since, until, tuple(str(divisions).split(",")))


def _row(campaign: Campaign, counts: Mapping[int, tuple[int, int]]) -> CampaignRow:
    if campaign.figures:
        return CampaignRow(campaign, campaign.figures["invited"], campaign.figures["reported"])
    return CampaignRow(campaign, *counts.get(campaign.pk, (0, 0)))


def _counts(campaigns: list[int]) -> dict[int, tuple[int, int]]:
    counted = Invitation.objects.filter(campaign__in=campaigns).order_by().values("campaign")
    rows = counted.annotate(invited=Count("pk"), reported=Count("reported_at"))
    return {row["campaign"]: (row["invited"], row["reported"]) for row in rows}
