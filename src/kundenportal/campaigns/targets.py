"""Whom a campaign would ask: its target group, counted by what becomes of each meter and premise."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from kundenportal.campaigns.models import Campaign
from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.customers.models import Premise
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.categories import Category
from kundenportal.mailing.choices import logins_refusing
from kundenportal.metering.models import Meter, MeterReading, SubmittedReading
from kundenportal.submissions.models import OPEN

NOT_SUPPLIED, REMOTE, ALREADY_READ, ASKED = "not_supplied", "remote", "already_read", "asked"
READ_ORIGINS = (MeterReading.Origin.READ, MeterReading.Origin.REPORTED, MeterReading.Origin.REMOTE)
"""Whoever estimated a value has not read the meter."""


@dataclass(frozen=True)
class Preview:
    """What would become of the target group of a campaign.

    Attributes:
        meters: how many meters are asked for.
        by_mail: how many premises are asked by mail.
        by_card: how many get a card.
        without_login: how many of these because no login holds the customer, or only one under restrictions.
        refused: how many of these because reminders were switched off.
        not_supplied: meters left out: removed within the period, or without a running contract.
        remote: meters left out: read remotely.
        already_read: meters left out: there is a reading in the period.
        unknown_numbers: of the list of meter numbers those that fit no meter.

    """

    meters: int
    by_mail: int
    by_card: int
    without_login: int
    refused: int
    not_supplied: int
    remote: int
    already_read: int
    unknown_numbers: tuple[str, ...]

    @property
    def premises(self) -> int:
        """How many premises are asked."""
        return self.by_mail + self.by_card


def preview_of(campaign: Campaign, *, today: dt.date, now: dt.datetime) -> Preview:
    """Count the target group; three queries that look at every meter of the group, for drafts alone.

    Args:
        campaign: a draft.
        today: the utility's local date.
        now: when, aware.

    """
    of_late = Q(removed_date=None) | Q(removed_date__gte=campaign.period_from)
    at_place = Q(premise__end_date=None) | Q(premise__end_date__gte=campaign.period_from)
    group = _group(campaign).filter(of_late, at_place, ended_at=None)
    counted = group.annotate(fate=_fate(campaign, today)).order_by().values("fate")
    fates: dict[str, int] = dict(counted.annotate(count=Count("pk")).values_list("fate", "count"))
    asked = _readable(campaign, today).exclude(_is_among_read(campaign))
    premises = Premise.objects.filter(pk__in=asked.values("premise"))
    login, refused = logins_of(OuterRef("customer"), now=now), Q(refuses=True)
    ways = premises.annotate(
        has_login=Exists(login), refuses=Exists(login.filter(user__in=logins_refusing(_REMINDERS)))
    ).aggregate(
        by_mail=Count("pk", filter=Q(has_login=True) & ~refused),
        without_login=Count("pk", filter=Q(has_login=False)),
        refused=Count("pk", filter=refused),
    )
    return Preview(
        meters=fates.get(ASKED, 0),
        by_card=ways["without_login"] + ways["refused"],
        not_supplied=fates.get(NOT_SUPPLIED, 0),
        remote=fates.get(REMOTE, 0),
        already_read=fates.get(ALREADY_READ, 0),
        unknown_numbers=_unknown_numbers(campaign),
        **ways,
    )


def meters_asked(campaign: Campaign, *, today: dt.date) -> QuerySet[Meter]:
    """Return the meters that a campaign asks for on a day.

    Args:
        campaign: the campaign.
        today: the utility's local date.

    """
    return _readable(campaign, today).exclude(_has_reading(campaign))


def reachable(customers: Sequence[int], *, now: dt.datetime) -> set[int]:
    """Return which customers, of those whose ids are given, get a mail: a login holds them and wants it."""
    links = logins_of(None, now=now).filter(customer__in=customers)
    wanted = links.exclude(user__in=logins_refusing(_REMINDERS))
    return set(wanted.values_list("customer_id", flat=True))


def holders_of(customers: Iterable[int], *, now: dt.datetime) -> Mapping[int, int]:
    """Return by customer, of those whose ids are given, the login that gets mails about him; one query.

    Args:
        customers: any number.
        now: when, aware.

    """
    links = logins_of(None, now=now).filter(customer__in=customers)
    return dict(links.values_list("customer", "user"))


_REMINDERS = Category.READING_REMINDERS


def logins_of(customer: OuterRef | None, *, now: dt.datetime) -> QuerySet[AccountLink]:
    """Return the grants whose logins get mails about a customer: active and not restricted."""
    links = AccountLink.objects.filter(ended_at=None, user__is_active=True, awaits_letter=False)
    free = links.exclude(held_until__gt=now)
    return free if customer is None else free.filter(customer=customer)


def _group(campaign: Campaign) -> QuerySet[Meter]:
    """Return all meters of the divisions, places and numbers that were chosen."""
    meters = Meter.objects.filter(division__in=campaign.division_list)
    if campaign.places:
        meters = meters.filter(
            Q(premise__postal_code__in=campaign.places) | Q(premise__city__in=campaign.places)
        )
    if campaign.meter_numbers:
        meters = meters.filter(number_key__in=_keys(campaign))
    return meters


def _readable(campaign: Campaign, today: dt.date) -> QuerySet[Meter]:
    """Return the meters of the group that their customers can read."""
    return _group(campaign).filter(_is_supplied(today), is_remote=False)


def _fate(campaign: Campaign, today: dt.date) -> Case:
    """Return an expression: what becomes of a meter of the group."""
    return Case(
        When(~_is_supplied(today), then=Value(NOT_SUPPLIED)),
        When(is_remote=True, then=Value(REMOTE)),
        When(_is_among_read(campaign), then=Value(ALREADY_READ)),
        default=Value(ASKED),
    )


def _is_supplied(today: dt.date) -> Q:
    """Return which meters are in place at a premise with a running contract."""
    in_place = Q(removed_date=None) | Q(removed_date__gte=today)
    running = Q(premise__end_date=None) | Q(premise__end_date__gte=today)
    begun = Q(premise__begin_date__lte=today, premise__ended_at=None, premise__customer__ended_at=None)
    return Q(ended_at=None) & in_place & running & begun


def _readings(campaign: Campaign) -> tuple[QuerySet[MeterReading], QuerySet[SubmittedReading]]:
    """Return the readings of the period that are there, and those on their way."""
    in_period = {"reading_date__gte": campaign.period_from, "reading_date__lte": campaign.period_to}
    known = MeterReading.objects.filter(origin__in=READ_ORIGINS, **in_period)
    sent = not_replaced().filter(reading_submission__submission__status__in=OPEN, **in_period)
    return known, sent


def _has_reading(campaign: Campaign) -> Any:
    """Return an expression: whether a meter has a reading of the period; it is quick for some meters."""
    known, sent = (each.filter(register__meter=OuterRef("pk")) for each in _readings(campaign))
    return Exists(known) | Exists(sent)


def _is_among_read(campaign: Campaign) -> Q:
    """Return the same in other words, quick for very many meters: all that were read are found once."""
    known, sent = (each.values("register__meter") for each in _readings(campaign))
    return Q(pk__in=known) | Q(pk__in=sent)


def not_replaced() -> QuerySet[SubmittedReading]:
    """Return the submitted readings that count.

    They are not found by "replaced by nothing": that is nearly all of them, and SQLite would take the index
    of it to find those of one meter.
    """
    return SubmittedReading.objects.alias(successor=Coalesce("replaced_by", 0)).filter(successor=0)


def _keys(campaign: Campaign) -> list[str]:
    return [meter_number_key(number) for number in campaign.meter_numbers]


def _unknown_numbers(campaign: Campaign) -> tuple[str, ...]:
    """Return the listed numbers that fit no meter of the divisions."""
    if not campaign.meter_numbers:
        return ()
    known = set(_group(campaign).values_list("number_key", flat=True))
    return tuple(number for number in campaign.meter_numbers if meter_number_key(number) not in known)
