"""Putting the mails of campaigns into the outbox: paced, and each exactly once."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kundenportal.campaigns.mails import READING_REMINDER, READING_REQUESTED
from kundenportal.campaigns.models import Campaign, Invitation
from kundenportal.campaigns.rules import (
    MAILS_EVERY,
    PLACES_IN_A_MAIL,
    Days,
    grouped_by_mail,
    mails_at_once,
    reminder_due,
    still_asks,
)
from kundenportal.campaigns.services.progress import INVITATIONS_AT_A_TIME, look_at_invitations
from kundenportal.campaigns.targets import holders_of, logins_of
from kundenportal.core.dates import local_date
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue

IDLE = dt.timedelta(minutes=1)
"""How long a campaign waits that has nothing to send now."""

_KINDS = (READING_REQUESTED, READING_REMINDER)


def send_invitations(now: dt.datetime) -> int:
    """Put the next mails of the campaigns whose turn it is into the outbox, and return how many.

    All campaigns share the mails that may leave; who has waited longest comes first, and one that has
    nothing to send takes nothing. Which invitation has got which mail is stored in the same transaction as
    the mail, so that a job runner that dies sends none twice and forgets none.
    """
    due = list(_running().filter(next_mails_at__lte=now).order_by("next_mails_at", "pk"))
    limit = _left_to_send(now) if due else 0
    if not limit:
        return 0
    # What came meanwhile is looked for before the lock is taken: a reminder must not ask for it.
    for campaign in due:
        mails = [
            each for query in (_unasked, _unreminded) for each in _mails(query(campaign, now), limit, now)
        ]
        ids = [invitation.pk for mail in mails for invitation in mail]
        for start in range(0, len(ids), INVITATIONS_AT_A_TIME):
            look_at_invitations(campaign, ids[start : start + INVITATIONS_AT_A_TIME], now=now)
    return _send_in_turn([campaign.pk for campaign in due], now)


@transaction.atomic(durable=True)
def _send_in_turn(campaign_ids: Sequence[int], now: dt.datetime) -> int:
    """Spend what may be sent now on campaigns in turn; those for which nothing is left stay due."""
    # All that run are locked, so that two job runners do not spend the same mails at once.
    locked = {campaign.pk: campaign for campaign in _running().order_by("pk").select_for_update()}
    limit, sent = _left_to_send(now), 0
    for campaign in [locked[pk] for pk in campaign_ids if pk in locked]:
        if sent == limit or campaign.next_mails_at is None or campaign.next_mails_at > now:
            continue
        of_this = _send_some(campaign, limit - sent, now)
        campaign.next_mails_at = now + (MAILS_EVERY if of_this else IDLE)
        campaign.save(update_fields=["next_mails_at"])
        sent += of_this
    return sent


def _send_some(campaign: Campaign, limit: int, now: dt.datetime) -> int:
    """Send the next requests of a campaign, then the reminder that is due."""
    asked = _ask(_mails(_unasked(campaign, now), limit, now), now)
    return asked + _remind(campaign, _mails(_unreminded(campaign, now), limit - asked, now), now)


def _mails(invitations: QuerySet[Invitation], limit: int, now: dt.datetime) -> list[list[Invitation]]:
    """Return the next mails, at most so many: each asks for all premises of a login that wait for one.

    Somebody with ten places gets one mail. Those that wait behind the limit are asked along with the first
    of their login.
    """
    first = list(invitations[:limit])
    if not first:
        return []
    holders = holders_of({each.customer_id for each in first}, now=now)
    of_holders = logins_of(None, now=now).filter(user__in=set(holders.values()))
    others = invitations.filter(customer__in=of_holders.values("customer")).exclude(
        pk__in=[each.pk for each in first]
    )
    every = [*first, *others[: limit * PLACES_IN_A_MAIL]]
    holders = holders_of({each.customer_id for each in every}, now=now)
    # Whom nobody holds any more is told by the mail that ends without a recipient.
    return grouped_by_mail(every, lambda each: holders.get(each.customer_id, f"none:{each.pk}"))[:limit]


def _running() -> QuerySet[Campaign]:
    return Campaign.objects.filter(status=Campaign.Status.RUNNING)


def _left_to_send(now: dt.datetime) -> int:
    """Return how many mails campaigns may still put into the outbox, after those of the last seconds."""
    of_late = OutgoingMail.objects.filter(kind__in=_KINDS, created_at__gt=now - MAILS_EVERY)
    return max(mails_at_once(settings.CAMPAIGN_MAILS_PER_MINUTE) - of_late.count(), 0)


def _unasked(campaign: Campaign, now: dt.datetime) -> QuerySet[Invitation]:
    """Return who has not been asked yet; nobody once the due date that the mail would name is over."""
    if not still_asks(campaign.due_date, today=local_date(now, settings.UTILITY_TIME_ZONE)):
        return Invitation.objects.none()
    open_ones = Invitation.objects.filter(campaign=campaign, delivery=Invitation.Delivery.OPEN)
    return open_ones.filter(way=Invitation.Way.MAIL, reported_at=None).order_by("pk")


def _unreminded(campaign: Campaign, now: dt.datetime) -> QuerySet[Invitation]:
    """Return whom a mail reached before the day of the reminder that is due, and who has not got that one."""
    asked = Invitation.objects.filter(
        campaign=campaign,
        way=Invitation.Way.MAIL,
        delivery=Invitation.Delivery.SENT,
        reported_at=None,
    )
    zone = settings.UTILITY_TIME_ZONE
    reminder = reminder_due(days_of(campaign), today=local_date(now, zone))
    if reminder is None:
        return asked.none()
    morning = dt.datetime.combine(reminder.day, dt.time(), tzinfo=zone)
    return asked.filter(reminders__lt=reminder.number, told_at__lt=morning).order_by("pk")


def days_of(campaign: Campaign) -> Days:
    """Return the days of a campaign as the rules take them."""
    return Days(
        period_from=campaign.period_from,
        period_to=campaign.period_to,
        due=campaign.due_date,
        first_reminder=campaign.first_reminder_days,
        last_reminder=campaign.last_reminder_days,
    )


def _ask(mails: Sequence[Sequence[Invitation]], now: dt.datetime) -> int:
    for invitations in mails:
        mail = _enqueue(READING_REQUESTED, invitations, now)
        for invitation in invitations:
            invitation.mail, invitation.delivery, invitation.told_at = mail, Invitation.Delivery.QUEUED, now
    asked = [invitation for invitations in mails for invitation in invitations]
    Invitation.objects.bulk_update(asked, ["mail", "delivery", "told_at"], batch_size=500)
    return len(mails)


def _remind(campaign: Campaign, mails: Sequence[Sequence[Invitation]], now: dt.datetime) -> int:
    reminder = reminder_due(days_of(campaign), today=local_date(now, settings.UTILITY_TIME_ZONE))
    if reminder is None:
        return 0
    for invitations in mails:
        _enqueue(READING_REMINDER, invitations, now)
        for invitation in invitations:
            invitation.reminders = reminder.number
    reminded = [invitation for invitations in mails for invitation in invitations]
    Invitation.objects.bulk_update(reminded, ["reminders"], batch_size=500)
    return len(mails)


def _enqueue(kind: str, invitations: Sequence[Invitation], now: dt.datetime) -> OutgoingMail:
    customer = invitations[0].customer_id
    context = {"invitations": [each.pk for each in invitations], "customer": customer}
    return enqueue(kind, to=None, context=context, now=now, customer_id=customer)
