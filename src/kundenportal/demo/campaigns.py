"""Two reading campaigns of the demo: one that has ended, and one that runs."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.conf import settings

from kundenportal.campaigns.models import Campaign, CardOrder, Invitation, InvitationLink
from kundenportal.campaigns.rules import Days
from kundenportal.campaigns.services import (
    Plan,
    create_campaign,
    end_campaign,
    end_campaigns,
    make_cards,
    note_opened,
    order_cards,
    send_invitations,
    start_campaign,
    write_invitations,
)
from kundenportal.campaigns.services.progress import look_at_invitations
from kundenportal.demo.crowd import further_customers
from kundenportal.demo.days import reading_period
from kundenportal.demo.histories import value_on
from kundenportal.demo.records import DemoPremise
from kundenportal.demo.staff import supervisor
from kundenportal.mailing.delivery import send_due_mails
from kundenportal.metering.models import MeterReading, Register

RUNNING, ENDED = "Jahresablesung", "Wasserzähler, Zwischenablesung"

_CONSEQUENCE = (
    "Ohne Ihren Zählerstand schätzen wir Ihren Verbrauch. Bei Strom und Gas erlaubt uns das § 40a Absatz 2 "
    "des Energiewirtschaftsgesetzes. Sie können nicht selbst ablesen? Dann rufen Sie uns bitte an."
)
_BEFORE = dt.timedelta(days=84)
"""How long ago the campaign began that has ended."""

_ANSWERS_BEFORE = ((1, 3), (2, 4), (4, 2), (6, 1), (9, 2), (12, 1), (20, 2), (25, 1))
_ANSWERS = ((1, 2), (2, 3), (3, 2), (4, 1), (6, 2))
"""On which day after the start how many customers without a story have answered, by telephone or card."""


def tell_ended_campaign(today: dt.date) -> None:
    """Let a campaign for water meters come and go.

    Args:
        today: the day the demo is built on.

    """
    began = today - _BEFORE
    days = Days(began, began + dt.timedelta(days=42), began + dt.timedelta(days=28), 14, 3)
    campaign = _start(f"{ENDED} {began.year}", days, ("wasser",), _at(began, 9))
    _answer(campaign, _ANSWERS_BEFORE, today)
    over = _at(days.period_to + dt.timedelta(days=1), 1)
    end_campaign(campaign, member=None, now=over)
    end_campaigns(over)


def start_running_campaign(today: dt.date) -> None:
    """Start this year's campaign, before customers send anything in its period.

    Args:
        today: the day the demo is built on.

    """
    began, ends = reading_period(today)
    days = Days(began, ends, ends - dt.timedelta(days=7), 14, 3)
    divisions = ("strom", "gas", "wasser", "waerme")
    campaign = _start(f"{RUNNING} {began.year}", days, divisions, _at(began, 9))
    at = _at(began, 11)
    order_cards(campaign, as_format=CardOrder.Format.CSV, repeats=False, member=supervisor(), now=at)
    while make_cards(at):
        pass


def follow_running_campaign(today: dt.date) -> None:
    """Let links be opened and answers come, up to the day the demo is built on.

    Args:
        today: that day.

    """
    campaign = Campaign.objects.get(status=Campaign.Status.RUNNING)
    links = InvitationLink.objects.filter(invitation__campaign=campaign).select_related("link")
    for number, each in enumerate(links.order_by("pk")):
        if number % 3:
            note_opened(each.link, now=_at(campaign.period_from, 18))
    _answer(campaign, _ANSWERS, today)


def _start(name: str, days: Days, divisions: tuple[str, ...], now: dt.datetime) -> Campaign:
    """Plan a campaign and start it; its mails are delivered a few minutes later."""
    plan = Plan(name, days, divisions, places=(), meter_numbers=(), consequence=_CONSEQUENCE)
    campaign = create_campaign(plan, member=supervisor(), now=now - dt.timedelta(days=1))
    start_campaign(campaign, member=supervisor(), now=now)
    while write_invitations(now):
        pass
    at = now
    while send_invitations(at):
        at += dt.timedelta(seconds=10)
    while send_due_mails(at):
        pass
    campaign.refresh_from_db()
    return campaign


def _answer(campaign: Campaign, answers: Iterable[tuple[int, int]], today: dt.date) -> None:
    """Let customers without a story answer, and the campaign see it on the same evening."""
    premises = iter([premise for each in further_customers(today) for premise in each.premises])
    ids = list(Invitation.objects.filter(campaign=campaign).values_list("pk", flat=True))
    for days_later, count in answers:
        date = campaign.period_from + dt.timedelta(days=days_later)
        readings = [
            reading
            for _number, premise in zip(range(count), premises, strict=False)
            for reading in _readings(premise, date, campaign.division_list, today)
        ]
        MeterReading.objects.bulk_create(readings, ignore_conflicts=True)
        look_at_invitations(campaign, ids, now=_at(date, 19))


def _readings(
    premise: DemoPremise, date: dt.date, divisions: Sequence[str], today: dt.date
) -> list[MeterReading]:
    """Return what the meters of a premise show on a day, as the billing system would bring it."""
    registers = Register.objects.filter(meter__premise__erp_id=premise.erp_id).select_related("meter")
    ids = {(each.meter.meter_number, each.code): each.pk for each in registers}
    return [
        MeterReading(
            register_id=ids[meter.number, register.code],
            reading_date=date,
            value=value_on(date, meter, register, today=today),
            origin=MeterReading.Origin.REPORTED,
        )
        for meter in premise.meters
        if meter.division in divisions and not meter.is_remote and meter.removed is None
        for register in meter.registers
    ]


def _at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=settings.UTILITY_TIME_ZONE)
