"""How far a campaign has got, as its page and its file show it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundenportal.campaigns.figures import DayFigures, Figures
from kundenportal.campaigns.models import Campaign, ReportedWay
from kundenportal.core.dates import format_date_long, local_date
from kundenportal.core.german_numbers import format_number
from kundenportal.core.spreadsheets import Cell, csv_file
from kundenportal.ui.bar_chart import Bar, BarChart

TONES: Mapping[str, str] = {
    Campaign.Status.DRAFT: "still",
    Campaign.Status.RUNNING: "ok",
    Campaign.Status.PAUSED: "warn",
    Campaign.Status.ENDED: "still",
}
"""The colour of each status; its word stands beside it."""

DAYS_DRAWN = 31
_LABEL_EVERY = 7


@dataclass(frozen=True)
class FunnelStep:
    """A step on the way from the invitation to the reading.

    Attributes:
        label: what happened.
        count: to how many premises.
        share: which part of the invited ones that is, in whole per cent.
        details: the same in parts.

    """

    label: str
    count: int
    share: int
    details: str = ""


@dataclass(frozen=True)
class WayShare:
    """By one way so many premises have reported; ``share`` is in whole per cent of all that have."""

    way: ReportedWay
    count: int
    share: int


@dataclass(frozen=True)
class DayRow:
    """A row of the table of days: the counts by way, in the order of ``ReportedWay``."""

    day: DayFigures
    counts: tuple[int, ...]


def funnel_of(figures: Figures) -> list[FunnelStep]:
    """Return the steps from the invitation to the reading."""
    whole = figures.invited
    meters = ngettext("%(count)s Zähler", "%(count)s Zähler", figures.meters)
    mails = _("%(mails)s von %(by_mail)s per E-Mail")
    cards = ngettext("%(count)s Ablesekarte", "%(count)s Ablesekarten", figures.cards)
    reported = ngettext(
        "%(reported)s von %(meters)s Zähler", "%(reported)s von %(meters)s Zählern", figures.meters
    )
    told = figures.sent + figures.cards
    return [
        FunnelStep(
            _("Eingeladen"), whole, 100 if whole else 0, meters % {"count": format_number(figures.meters)}
        ),
        FunnelStep(
            _("E-Mail gesendet oder Karte erzeugt"),
            told,
            share(told, whole),
            ", ".join(
                [
                    mails % {"mails": format_number(figures.sent), "by_mail": format_number(figures.by_mail)},
                    cards % {"count": format_number(figures.cards)},
                ]
            ),
        ),
        FunnelStep(_("Link geöffnet"), figures.opened, share(figures.opened, whole)),
        FunnelStep(
            _("Gemeldet"),
            figures.reported,
            share(figures.reported, whole),
            reported
            % {
                "reported": format_number(figures.meters_reported),
                "meters": format_number(figures.meters),
            },
        ),
    ]


def ways_of(figures: Figures) -> list[WayShare]:
    """Return by which ways was reported, the most frequent first."""
    ways = [
        WayShare(ReportedWay(way), count, share(count, figures.reported))
        for way, count in figures.by_way.items()
    ]
    return sorted(ways, key=lambda each: -each.count)


def chart_of(days: list[DayFigures]) -> BarChart | None:
    """Return a chart of the last days, None of fewer than two."""
    drawn = days[-DAYS_DRAWN:]
    if len(drawn) < 2:
        return None
    bars = tuple(
        _bar(day, is_labelled=(len(drawn) - 1 - index) % _LABEL_EVERY == 0) for index, day in enumerate(drawn)
    )
    return BarChart("tage", "", _("Gemeldete Zähler je Tag"), bars)


def days_of(figures: Figures, campaign: Campaign, *, today: dt.date) -> list[DayFigures]:
    """Return every day from the start, or the first reading, until today or the end; also those without any.

    Args:
        figures: the campaign's.
        campaign: one that was started.
        today: the utility's local date.

    """
    known = {day.date: day for day in figures.days}
    if campaign.started_at is None or not known:
        return []
    last = max(*known, min(today, campaign.period_to)) if campaign.ended_at is None else max(known)
    started = local_date(campaign.started_at, settings.UTILITY_TIME_ZONE)
    first = min(*known, started)
    every = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return [known.get(date, DayFigures(date, {})) for date in every]


def day_rows(days: list[DayFigures]) -> list[DayRow]:
    """Return the table of days, the newest first."""
    return [
        DayRow(day, tuple(day.by_way.get(way, 0) for way in ReportedWay.values)) for day in reversed(days)
    ]


def days_csv(days: list[DayFigures]) -> bytes:
    """Return the days as a file for spreadsheets, the oldest first; dates as 2026-11-22."""
    rows: list[list[Cell]] = [["datum", "link", "portal", "formular", "abrechnungssystem", "summe"]]
    rows += [[row.day.date.isoformat(), *row.counts, row.day.total] for row in reversed(day_rows(days))]
    return csv_file(rows)


def share(part: int, whole: int) -> int:
    """Return a part in whole per cent, rounded down: 100 is all."""
    return 100 * part // whole if whole else 0


def _bar(day: DayFigures, *, is_labelled: bool) -> Bar:
    label = f"{day.date.day}.{day.date.month}." if is_labelled else ""
    value = format_number(day.total) if day.total else ""
    return Bar(label, format_date_long(day.date), Decimal(day.total), value)
