"""Finding out what came of invitations: whether their mail left, and whether readings have come, by any way.

Nothing tells a campaign of either; it goes round its invitations and looks. So what the billing system
brings counts like what the portal takes in, and what is withdrawn or refused counts no more.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kundenportal.campaigns.models import ALIVE, Campaign, Invitation, InvitedMeter, ReportedWay
from kundenportal.campaigns.rules import Known, last_of
from kundenportal.campaigns.targets import READ_ORIGINS, not_replaced
from kundenportal.core.dates import local_date
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading
from kundenportal.submissions.models import OPEN, Submission

INVITATIONS_AT_A_TIME = 1_000
_COUNTED = (*OPEN, Submission.Status.COMPLETED)
Row = TypeVar("Row", Invitation, InvitedMeter)
_Delivery, _Mail = Invitation.Delivery, OutgoingMail.Status
_DELIVERY_OF = {_Mail.WAITING: _Delivery.QUEUED, _Mail.SENT: _Delivery.SENT}
"""What a mail's status says of its invitation; any other one says that it was not reached."""

_UNDECIDED = (_Delivery.QUEUED, _Delivery.SENT)
"""A mail that was sent may come back days later."""


def note_progress(now: dt.datetime) -> int:
    """Look at the next invitations of each campaign that is not over, and return how many have changed."""
    alive = Campaign.objects.filter(status__in=ALIVE)
    return sum(_look_at_some(campaign, now) for campaign in alive)


def look_at_invitations(campaign: Campaign, ids: Collection[int], *, now: dt.datetime) -> int:
    """Store what came of some invitations of a campaign, and return how many have changed.

    Safe to do twice at once: what is stored follows from what is there.

    Args:
        campaign: the campaign; it was started.
        ids: of invitations, ``INVITATIONS_AT_A_TIME`` at most.
        now: when, aware.

    """
    known = _known_readings(campaign, ids, now)
    meters_of: dict[int, list[InvitedMeter]] = defaultdict(list)
    changed = _Changed()
    for meter in InvitedMeter.objects.filter(invitation__in=ids):
        meters_of[meter.invitation_id].append(meter)
        if _take_over(meter, known.get(meter.meter_id)):
            changed.meters.append(meter)
    for invitation in Invitation.objects.filter(pk__in=ids).select_related("mail"):
        if _follow_meters(invitation, meters_of[invitation.pk], now):
            changed.reported.append(invitation)
        if _follow_mail(invitation):
            changed.delivered.append(invitation)
    return changed.store()


class _Changed:
    """What of some invitations has changed, until it is stored."""

    def __init__(self) -> None:
        self.meters: list[InvitedMeter] = []
        self.reported: list[Invitation] = []
        self.delivered: list[Invitation] = []

    def store(self) -> int:
        """Write it, and return how many invitations it is about.

        Only what has changed is written, so that a mail that goes out meanwhile is not forgotten.
        """
        invitations = {each.pk for each in (*self.reported, *self.delivered)}
        invitations |= {each.invitation_id for each in self.meters}
        if invitations:
            undecided = Invitation.objects.filter(delivery__in=_UNDECIDED)
            with transaction.atomic(durable=True):
                _update(InvitedMeter.objects.all(), self.meters, ("reported_date", "reported_way"))
                _update(Invitation.objects.all(), self.reported, ("reported_at", "reported_way"))
                _update(undecided, self.delivered, ("delivery",))
        return len(invitations)


def _look_at_some(campaign: Campaign, now: dt.datetime) -> int:
    """Look at the invitations that follow those looked at last; after the last one comes the first."""
    following = Invitation.objects.filter(campaign=campaign, pk__gt=campaign.refreshed_up_to)
    ids = list(following.order_by("pk").values_list("pk", flat=True)[:INVITATIONS_AT_A_TIME])
    changed = look_at_invitations(campaign, ids, now=now) if ids else 0
    up_to = ids[-1] if len(ids) == INVITATIONS_AT_A_TIME else 0
    if up_to != campaign.refreshed_up_to:
        Campaign.objects.filter(pk=campaign.pk).update(refreshed_up_to=up_to)
    return changed


def _update(rows: QuerySet[Row], changed: Sequence[Row], fields: Sequence[str]) -> None:
    """Write fields of rows: one statement for all that changed alike, which is nearly all of them."""
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in changed:
        alike[tuple(getattr(row, field) for field in fields)].append(row.pk)
    for values, ids in alike.items():
        rows.filter(pk__in=ids).update(**dict(zip(fields, values, strict=True)))


def _known_readings(campaign: Campaign, ids: Collection[int], now: dt.datetime) -> Mapping[int, Known]:
    """Return by meter the first reading of the period that came, by whatever way; two queries.

    Both lead from the invitations to their readings. With a list of registers in its place SQLite looks at
    everything that was sent.
    """
    zone = settings.UTILITY_TIME_ZONE
    in_period: dict[str, Any] = {
        "register__meter__invitations__invitation__in": ids,
        "reading_date__gte": campaign.period_from,
        "reading_date__lte": campaign.period_to,
    }
    billed = MeterReading.objects.filter(origin__in=READ_ORIGINS, **in_period)
    # Nobody knows when the billing system's values came: they count from when they are seen.
    seen = Known(local_date(now, zone), ReportedWay.BILLING)
    known = dict.fromkeys(billed.values_list("register__meter", flat=True), seen)
    sent = not_replaced().filter(reading_submission__submission__status__in=_COUNTED, **in_period)
    rows = sent.order_by("-reading_submission__submission__received_at").values_list(
        "register__meter",
        "reading_submission__submission__received_at",
        "reading_submission__submission__channel",
    )
    return known | {meter: Known(local_date(at, zone), channel) for meter, at, channel in rows}


def _take_over(meter: InvitedMeter, known: Known | None) -> bool:
    """Give a meter the reading that is known of it; one that came first stays. Return whether it changed."""
    if known is None:
        has_changed = meter.reported_date is not None
        meter.reported_date, meter.reported_way = None, ""
        return has_changed
    if meter.reported_date is not None:
        return False
    meter.reported_date, meter.reported_way = known.date, known.way
    return True


def _follow_meters(invitation: Invitation, meters: Sequence[InvitedMeter], now: dt.datetime) -> bool:
    """Let an invitation be answered when all its meters are, and return whether that has changed."""
    last = last_of(
        Known(each.reported_date, each.reported_way) if each.reported_date else None for each in meters
    )
    if (last is None) == (invitation.reported_at is None):
        return False
    invitation.reported_at, invitation.reported_way = (now, last.way) if last else (None, "")
    return True


def _follow_mail(invitation: Invitation) -> bool:
    """Let an invitation follow its mail, and return whether that has changed."""
    before = invitation.delivery
    if invitation.mail is None or before not in _UNDECIDED:
        return False
    invitation.delivery = _DELIVERY_OF.get(_Mail(invitation.mail.status), _Delivery.UNREACHED)
    return invitation.delivery != before
