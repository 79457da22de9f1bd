"""Putting the mails of campaigns into the outbox: paced, and each exactly once."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from kundenportal.campaigns.mails import READING_REMINDER, READING_REQUESTED
from kundenportal.campaigns.models import Campaign, Invitation
from kundenportal.campaigns.rules import MAILS_EVERY, Days, mails_at_once, reminder_due
from kundenportal.campaigns.services.progress import look_at_invitations
from kundenportal.core.dates import local_date
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue

IDLE = dt.timedelta(minutes=1)
"""How long a campaign waits that has nothing to send now."""


def send_invitations(now: dt.datetime) -> int:
    """Put the next mails of each campaign whose turn it is into the outbox, and return how many.

    First the requests, then the reminder that is due. Which invitation has got which mail is stored in the
    same transaction as the mail, so that a job runner that dies sends none twice and forgets none.
    """
    running = Campaign.objects.filter(status=Campaign.Status.RUNNING)
    turn = list(running.filter(next_mails_at__lte=now).values_list("pk", flat=True))
    if not turn:
        return 0
    limit = mails_at_once(settings.CAMPAIGN_MAILS_PER_MINUTE, campaigns=running.count())
    return sum(_send_some(campaign_id, limit, now) for campaign_id in turn)


def _send_some(campaign_id: int, limit: int, now: dt.datetime) -> int:
    # What came meanwhile is looked for before the lock is taken: a reminder must not ask for it.
    campaign = Campaign.objects.get(pk=campaign_id)
    candidates = [*_unasked(campaign, now)[:limit], *_unreminded(campaign, now)[:limit]]
    if candidates:
        look_at_invitations(campaign, [each.pk for each in candidates], now=now)
    with transaction.atomic(durable=True):
        turn = Campaign.objects.filter(pk=campaign_id, status=Campaign.Status.RUNNING, next_mails_at__lte=now)
        locked = turn.select_for_update(skip_locked=True).first()
        if locked is None:
            return 0
        sent = _ask(list(_unasked(locked, now)[:limit]), now)
        sent += _remind(locked, list(_unreminded(locked, now)[: limit - sent]), now)
        locked.next_mails_at = now + (MAILS_EVERY if sent else IDLE)
        locked.save(update_fields=["next_mails_at"])
    return sent


def _unasked(campaign: Campaign, now: dt.datetime) -> QuerySet[Invitation]:
    """Return who has not been asked yet; nobody once the due date that the mail would name is over."""
    if local_date(now, settings.UTILITY_TIME_ZONE) > campaign.due_date:
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


def _ask(invitations: Sequence[Invitation], now: dt.datetime) -> int:
    for invitation in invitations:
        invitation.mail = _enqueue(READING_REQUESTED, invitation, now)
        invitation.delivery, invitation.told_at = Invitation.Delivery.QUEUED, now
    Invitation.objects.bulk_update(invitations, ["mail", "delivery", "told_at"], batch_size=500)
    return len(invitations)


def _remind(campaign: Campaign, invitations: Sequence[Invitation], now: dt.datetime) -> int:
    reminder = reminder_due(days_of(campaign), today=local_date(now, settings.UTILITY_TIME_ZONE))
    if reminder is None:
        return 0
    for invitation in invitations:
        _enqueue(READING_REMINDER, invitation, now)
        invitation.reminders = reminder.number
    Invitation.objects.bulk_update(invitations, ["reminders"], batch_size=500)
    return len(invitations)


def _enqueue(kind: str, invitation: Invitation, now: dt.datetime) -> OutgoingMail:
    context = {"invitation": invitation.pk}
    return enqueue(kind, to=None, context=context, now=now, customer_id=invitation.customer_id)
