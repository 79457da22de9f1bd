"""How far a campaign has got, in numbers: counted while it runs, kept with it when it has ended."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Q

from kundenportal.campaigns.models import Campaign, Invitation, InvitedMeter, ReportedWay


@dataclass(frozen=True)
class DayFigures:
    """How many meters were reported on a local day, by way (``ReportedWay``)."""

    date: dt.date
    by_way: Mapping[str, int]

    @property
    def total(self) -> int:
        """By all ways together."""
        return sum(self.by_way.values())


@dataclass(frozen=True)
class Figures:
    """How far a campaign has got. Premises are counted, unless it says meters.

    Attributes:
        invited: how many are asked.
        by_mail: how many of them by mail.
        by_card: how many of them by card.
        sent: for how many of these the mail has left; one mail may be for several.
        cards: how many have got a card.
        unreached: how many a mail did not reach, and who have not reported.
        untold: how many have got no mail and no card yet, and have not reported.
        opened: from how many a link was opened.
        reported: from how many everything is there.
        by_way: the same by the way of the last reading.
        meters: how many meters are asked for.
        meters_reported: of how many there is a reading.
        days: the days with readings, the oldest first.

    """

    invited: int
    by_mail: int
    by_card: int
    sent: int
    cards: int
    unreached: int
    opened: int
    reported: int
    by_way: Mapping[str, int]
    meters: int
    meters_reported: int
    days: tuple[DayFigures, ...]
    untold: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the figures as ``Campaign.figures`` keeps them."""
        days = [[each.date.isoformat(), dict(each.by_way)] for each in self.days]
        return {**asdict(self), "by_way": dict(self.by_way), "days": days}


def figures_of(campaign: Campaign) -> Figures:
    """Return how far a campaign has got; two queries, none for one that has ended.

    Args:
        campaign: one that was started.

    """
    return _kept(campaign.figures) if campaign.figures else _counted(campaign)


def _kept(figures: Mapping[str, Any]) -> Figures:
    days = tuple(DayFigures(dt.date.fromisoformat(date), by_way) for date, by_way in figures["days"])
    return Figures(**{**figures, "days": days})


def _counted(campaign: Campaign) -> Figures:
    by_mail, by_card = Q(way=Invitation.Way.MAIL), Q(way=Invitation.Way.CARD)
    ways = {way: Count("pk", filter=Q(reported_way=way)) for way in ReportedWay.values}
    counts = Invitation.objects.filter(campaign=campaign).aggregate(
        invited=Count("pk"),
        by_mail=Count("pk", filter=by_mail),
        by_card=Count("pk", filter=by_card),
        sent=Count("pk", filter=by_mail & Q(delivery=Invitation.Delivery.SENT)),
        cards=Count("pk", filter=Q(has_card=True)),
        unreached=Count("pk", filter=Q(delivery=Invitation.Delivery.UNREACHED, reported_at=None)),
        untold=Count("pk", filter=Q(delivery=Invitation.Delivery.OPEN, reported_at=None)),
        opened=Count("opened_at"),
        reported=Count("reported_at"),
        **ways,
    )
    by_way = {way: counts.pop(way) for way in ReportedWay.values}
    rows = InvitedMeter.objects.filter(campaign=campaign).order_by()
    grouped = list(rows.values_list("reported_date", "reported_way").annotate(count=Count("pk")))
    days = _days((date, way, count) for date, way, count in grouped if date is not None)
    return Figures(
        by_way=by_way,
        meters=sum(count for _date, _way, count in grouped),
        meters_reported=sum(each.total for each in days),
        days=days,
        **counts,
    )


def _days(rows: Iterable[tuple[dt.date, str, int]]) -> tuple[DayFigures, ...]:
    by_day: dict[dt.date, dict[str, int]] = defaultdict(dict)
    for date, way, count in rows:
        by_day[date][way] = count
    return tuple(DayFigures(date, by_day[date]) for date in sorted(by_day))
