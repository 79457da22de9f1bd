"""Reading cards for a printer: ordered by staff, made by the job runner file by file, handed out sealed."""

import datetime as dt
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from kundenportal.audit.services import Detail
from kundenportal.campaigns.cards import card_of, cards_csv, cards_pdf
from kundenportal.campaigns.links import make_invitation_links
from kundenportal.campaigns.models import ALIVE, Campaign, CardFile, CardOrder, Invitation
from kundenportal.campaigns.rules import still_asks
from kundenportal.campaigns.selectors import cards_wanted
from kundenportal.campaigns.services.campaign_lock import CampaignMovedOn, lock_campaign
from kundenportal.campaigns.services.drafting import record_act
from kundenportal.core.dates import local_date
from kundenportal.files.services import store_file
from kundenportal.identity.models import StaffMember

LEASE = dt.timedelta(minutes=10)
"""How long one file may take; whoever is cut off leaves it to the next after that."""

CARDS_IN_A_FILE = {CardOrder.Format.CSV: 5_000, CardOrder.Format.PDF: 50}
MEDIA_TYPES = {CardOrder.Format.CSV: "text/csv; charset=utf-8", CardOrder.Format.PDF: "application/pdf"}

log = structlog.get_logger(__name__)


class NoCardsWanted(Exception):
    """Nobody is left who would get a card; nothing was stored."""


@transaction.atomic(durable=True)
def order_cards(
    campaign: Campaign, *, as_format: CardOrder.Format, repeats: bool, member: StaffMember, now: dt.datetime
) -> CardOrder:
    """Note that somebody wants cards; the job runner makes them.

    Args:
        campaign: one that runs or is paused, with all its invitations written.
        as_format: a list for a printer, or cards to print.
        repeats: also for who has got a card before, and has not reported.
        member: who wants them.
        now: when, aware.

    Raises:
        CampaignMovedOn: when it is over or its due date is, which the cards name, or cards are being made;
            nothing was stored.
        NoCardsWanted: when nobody is left who would get one.

    """
    locked = lock_campaign(campaign, *ALIVE)
    if (
        not locked.is_planned
        or not _still_asks(locked, now)
        or CardOrder.objects.filter(campaign=locked, finished_at=None).exists()
    ):
        raise CampaignMovedOn
    total = cards_wanted(locked, repeats=repeats).count()
    if not total:
        raise NoCardsWanted
    order = CardOrder.objects.create(
        campaign=locked,
        format=as_format,
        repeats=repeats,
        ordered_by=member,
        ordered_at=now,
        total=total,
        next_try_at=now,
    )
    details: dict[str, Detail] = {"format": as_format.value, "cards": total, "repeats": repeats}
    record_act(locked, "cards_ordered", member, now, details)
    return order


def make_cards(now: dt.datetime) -> int:
    """Make the next file of an order that waits, and return how many cards are in it.

    An order is claimed by moving its next try behind a lease. Links are made first, the file then without a
    lock; which cards are done is stored together with the file. Links whose file came to nothing stay
    unknown to everybody. After the due date, which the cards name, an order ends with what was made of it.
    """
    # Looking first keeps an idle job runner from taking the write lock.
    if not _waiting(now).exists() or (order := _claim(now)) is None:
        return 0
    wanted = cards_wanted(order.campaign, repeats=order.repeats).filter(pk__gt=order.made_up_to)
    related = wanted.select_related("campaign", "premise", "customer__billing_address")
    order_format = CardOrder.Format(order.format)
    some = list(related.prefetch_related("meters__meter").order_by("pk")[: CARDS_IN_A_FILE[order_format]])
    if not some or not _still_asks(order.campaign, now):
        CardOrder.objects.filter(pk=order.pk).update(finished_at=now)
        return 1
    with transaction.atomic(durable=True):
        links = make_invitation_links(some, now=now)
    cards = [card_of(invitation, link, now=now) for invitation, link in zip(some, links, strict=True)]
    content = cards_csv(cards) if order_format is CardOrder.Format.CSV else cards_pdf(cards)
    _store(order, some, content, now)
    return len(some)


@transaction.atomic(durable=True)
def note_handed_out(file: CardFile, *, member: StaffMember, now: dt.datetime) -> None:
    """Write down that somebody gets a file of cards: names, addresses and links are in it."""
    details: dict[str, Detail] = {"file": str(file), "cards": file.cards}
    record_act(file.order.campaign, "cards_viewed", member, now, details)


def _still_asks(campaign: Campaign, now: dt.datetime) -> bool:
    return still_asks(campaign.due_date, today=local_date(now, settings.UTILITY_TIME_ZONE))


def _waiting(now: dt.datetime) -> QuerySet[CardOrder]:
    orders = CardOrder.objects.filter(finished_at=None, next_try_at__lte=now, campaign__status__in=ALIVE)
    return orders.order_by("next_try_at", "pk")


@transaction.atomic(durable=True)
def _claim(now: dt.datetime) -> CardOrder | None:
    order = _waiting(now).select_for_update(skip_locked=True, of=("self",)).select_related("campaign").first()
    if order is not None:
        order.next_try_at = now + LEASE
        order.save(update_fields=["next_try_at"])
    return order


@transaction.atomic(durable=True)
def _store(order: CardOrder, cards: Sequence[Invitation], content: bytes, now: dt.datetime) -> None:
    """Store a file of cards, unless the lease ran out and somebody else has made it, or the order is gone."""
    locked = CardOrder.objects.select_for_update().filter(pk=order.pk, made_up_to=order.made_up_to).first()
    if locked is None:
        return
    media_type = MEDIA_TYPES[CardOrder.Format(order.format)]
    file = store_file(content, media_type=media_type, now=now, is_sealed=True)
    CardFile.objects.create(order=locked, number=locked.files.count() + 1, cards=len(cards), file=file)
    ids = [each.pk for each in cards]
    Invitation.objects.filter(pk__in=ids, has_card=False, way=Invitation.Way.CARD).update(
        delivery=Invitation.Delivery.SENT, told_at=now
    )
    Invitation.objects.filter(pk__in=ids).update(has_card=True)
    CardOrder.objects.filter(pk=order.pk).update(
        made=F("made") + len(cards), made_up_to=ids[-1], next_try_at=now
    )
