"""Which browsers are prepared, and what they handed in that waits; nothing is written."""

import datetime as dt

from django.conf import settings
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat

from kundenportal.cellar.models import PreparedDevice, WaitingReadings
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Premise
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import open_secret
from kundenportal.linking.models import AccountLink
from kundenportal.metering.models import SubmittedReading

PURPOSE = OneTimeSecret.Purpose.CELLAR

_FIELD = '"stand-'
"""How a register's field begins in the text of what was typed; in a value, the quotation mark is escaped."""


def find_device(token: str, *, now: dt.datetime) -> PreparedDevice | None:
    """Return the prepared browser of a token, with its login and premise, or None when it is over.

    It is over with its days, with a new password, with a locked login, when the login loses the customer, and
    when the contract ends.
    """
    secret = open_secret(PURPOSE, token, now=now)
    if secret is None:
        return None
    devices = PreparedDevice.objects.filter(secret=secret, user__is_active=True, premise__ended_at=None)
    devices = devices.filter(_holds_customer(), premise__customer__ended_at=None)
    device = devices.select_related("user", "premise").first()
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    if device is None or (device.premise.end_date is not None and device.premise.end_date < today):
        return None
    return device


def prepared_devices(user: User, *, now: dt.datetime) -> QuerySet[PreparedDevice]:
    """Return the browsers that may hand in readings for a login, the newest first."""
    good = PreparedDevice.objects.filter(
        _holds_customer(), user=user, secret__used_at=None, secret__expires_at__gt=now
    )
    return good.select_related("premise").order_by("-prepared_at", "-pk")


def handed_in_readings(user: User, premise: Premise, key: str) -> tuple[dict[str, str], bool] | None:
    """Return what this login's browser handed in under a key for a premise, or None.

    Returns:
        What was typed, and whether it still waits for somebody who looks at it.

    """
    is_waiting = Exists(still_waiting().filter(pk=OuterRef("pk")))
    found = WaitingReadings.objects.filter(user=user, premise=premise, key=key)
    return found.annotate(is_waiting=is_waiting).values_list("typed", "is_waiting").first()


def waiting_key_at(premise: OuterRef, user: User) -> Subquery:
    """Return an expression: the key of the latest readings that wait for a login at a premise, or null."""
    waiting = still_waiting().filter(premise=premise, user=user).order_by("-received_at", "-pk")
    return Subquery(waiting.values("key")[:1])


def still_waiting() -> QuerySet[WaitingReadings]:
    """Return what nobody has looked at, of logins that still hold the customer.

    What was sent from the same login since settles it, when a register is among it that was typed; where no
    register was named, anything does.
    """
    named = Concat(Value(_FIELD), Cast("register_id", CharField()), Value('":'))
    since = SubmittedReading.objects.filter(
        reading_submission__submission__premise=OuterRef("premise"),
        reading_submission__submission__submitted_by=OuterRef("user"),
        reading_submission__submission__received_at__gt=OuterRef("received_at"),
    ).alias(named=named, typed=Cast(OuterRef("typed"), TextField()))
    settled = since.filter(Q(typed__contains=F("named")) | ~Q(typed__contains=_FIELD))
    return WaitingReadings.objects.filter(_holds_customer(), ~Exists(settled))


def _holds_customer() -> Exists:
    """Return a condition: the login still holds the customer of the premise."""
    links = AccountLink.objects.filter(ended_at=None, user=OuterRef("user"))
    return Exists(links.filter(customer=OuterRef("premise__customer")))
