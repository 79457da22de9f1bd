"""Deleting logins without a contract for a long time, after their owners were told (security.md B7)."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.models import User
from kundenportal.identity.security_events import addresses_of
from kundenportal.linking.idle_logins import idle_logins
from kundenportal.linking.models import AccountLink, DeletionNotice
from kundenportal.linking.services.merging import lock_logins
from kundenportal.linking.services.unlinking import give_up_login
from kundenportal.mailing.services import enqueue

_AT_A_TIME = 100
"""How many logins a run tells, and how many it deletes."""


def tidy_idle_logins(now: dt.datetime) -> int:
    """Call deletions off, delete what is due and tell the next owners; return how many logins it touched."""
    return _call_off(now) + _delete_due(now) + _announce(now)


def _announce(now: dt.datetime) -> int:
    idle = idle_logins(now).filter(deletion_notice=None).order_by("pk")
    return sum(_tell(user, now) for user in idle[:_AT_A_TIME])


def _tell(user: User, now: dt.datetime) -> bool:
    with transaction.atomic(durable=True):
        (locked,) = lock_logins(user)
        notice, is_new = DeletionNotice.objects.get_or_create(user=locked, defaults={"created_at": now})
        if is_new:
            context = {"notice": notice.pk, "customer_numbers": _numbers_of(locked)}
            for address in addresses_of(locked, now=now):
                enqueue("login_expires", to=address, context=context, language=locked.language, now=now)
            record("login.deletion_announced", actor="system", subject=locked.actor, now=now)
    return is_new


def _call_off(now: dt.datetime) -> int:
    """Forget the notices of logins that are idle no more: a contract, or something else to do, came back."""
    idle = idle_logins(now).filter(deletion_notice__isnull=False)
    busy = DeletionNotice.objects.exclude(user__in=idle).select_related("user")
    return sum(_forget(notice, now) for notice in list(busy))


def _forget(notice: DeletionNotice, now: dt.datetime) -> bool:
    with transaction.atomic(durable=True):
        count, _ = DeletionNotice.objects.filter(pk=notice.pk).delete()
        if count:
            record("login.deletion_called_off", actor="system", subject=notice.user.actor, now=now)
    return bool(count)


def _delete_due(now: dt.datetime) -> int:
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    due = DeletionNotice.objects.filter(delete_on__lte=today).select_related("user").order_by("pk")
    return sum(_delete(notice.user, now) for notice in due[:_AT_A_TIME])


def _delete(user: User, now: dt.datetime) -> bool:
    """Delete a login unless something came back meanwhile; what a delivery brings waits for the locks."""
    with transaction.atomic(durable=True):
        (locked,) = lock_logins(user)
        held = Customer.objects.filter(
            pk__in=AccountLink.objects.filter(user=locked, ended_at=None).values("customer")
        )
        customers = list(held.select_for_update().order_by("pk"))
        list(Premise.objects.select_for_update().filter(customer__in=customers).order_by("pk"))
        is_idle = idle_logins(now).filter(pk=locked.pk, deletion_notice__isnull=False).exists()
        if is_idle:
            record("login.expired", actor="system", subject=locked.actor, now=now)
            give_up_login(locked, actor="system", now=now)
    return is_idle


def _numbers_of(user: User) -> list[str]:
    links = AccountLink.objects.filter(user=user, ended_at=None)
    return sorted(links.values_list("customer__customer_number", flat=True))
