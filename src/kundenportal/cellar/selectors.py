"""Which browsers are prepared, and what they handed in that waits; nothing is written."""

import datetime as dt

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from kundenportal.cellar.models import PreparedDevice, WaitingReadings
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Premise
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import open_secret
from kundenportal.linking.models import AccountLink
from kundenportal.submissions.models import Submission

PURPOSE = OneTimeSecret.Purpose.CELLAR


def find_device(token: str, *, now: dt.datetime) -> PreparedDevice | None:
    """Return the prepared browser of a token, with its login and premise, or None when it is over.

    It is over with its days, with a new password, with a locked login, when the login loses the customer, and
    when the contract ends.
    """
    secret = open_secret(PURPOSE, token, now=now)
    if secret is None:
        return None
    devices = PreparedDevice.objects.filter(secret=secret, user__is_active=True, premise__ended_at=None)
    device = devices.filter(_holds_customer()).select_related("user", "premise").first()
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    if device is None or (device.premise.end_date is not None and device.premise.end_date < today):
        return None
    return device


def prepared_devices(user: User, *, now: dt.datetime) -> QuerySet[PreparedDevice]:
    """Return the browsers that may hand in readings for a login, the newest first."""
    good = PreparedDevice.objects.filter(user=user, secret__used_at=None, secret__expires_at__gt=now)
    return good.select_related("premise").order_by("-prepared_at", "-pk")


def waiting_readings(user: User, premise: Premise, key: str) -> WaitingReadings | None:
    """Return what waits under a key for this login at this premise, or None."""
    return still_waiting().filter(user=user, premise=premise, key=key).first()


def waiting_key_at(premise: OuterRef, user: User) -> Subquery:
    """Return an expression: the key of the latest readings that wait for a login at a premise, or null."""
    waiting = still_waiting().filter(premise=premise, user=user).order_by("-received_at", "-pk")
    return Subquery(waiting.values("key")[:1])


def still_waiting() -> QuerySet[WaitingReadings]:
    """Return what nobody has looked at: readings that were sent from the same login since settle it."""
    later = Submission.objects.filter(
        kind=Submission.Kind.METER_READING,
        premise=OuterRef("premise"),
        submitted_by=OuterRef("user"),
        received_at__gt=OuterRef("received_at"),
    )
    return WaitingReadings.objects.filter(~Exists(later))


def _holds_customer() -> Exists:
    """Return a condition: the login still holds the customer of the premise."""
    links = AccountLink.objects.filter(ended_at=None, user=OuterRef("user"))
    return Exists(links.filter(customer=OuterRef("premise__customer")))
