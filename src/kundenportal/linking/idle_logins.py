"""Logins whose customers have had no contract for a long time (security.md B7)."""

import datetime as dt

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from kundenportal.core.dates import local_date, months_before
from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.submissions.models import OPEN, Submission


def idle_logins(now: dt.datetime) -> QuerySet[User]:
    """Return the logins of customers that have had no contract for ``LOGIN_KEPT_MONTHS``.

    A login is not idle while it

    - holds a customer with a contract that runs, is to begin or ended since, or one that the master data
      hold without telling of any contract,
    - was made, linked or unlinked since,
    - has an open submission, sent by it or of a customer it holds.

    Signing in makes no login busy: it needs a contract to be for something.
    """
    zone = settings.UTILITY_TIME_ZONE
    since = months_before(local_date(now, zone), settings.LOGIN_KEPT_MONTHS)
    moment = dt.datetime.combine(since, dt.time(), zone)
    links = AccountLink.objects.filter(user=OuterRef("pk"))
    sent = Submission.objects.filter(status__in=OPEN)
    return (
        User.objects.filter(Q(is_active=True) | ~Q(locked_at=None), is_staff=False, created_at__lt=moment)
        .exclude(email="")
        .exclude(Exists(links.filter(Q(created_at__gte=moment) | Q(ended_at__gte=moment))))
        .exclude(Exists(_customers_with_contract(since, moment)))
        .exclude(Exists(sent.filter(submitted_by=OuterRef("pk"))))
        .exclude(Exists(sent.filter(_is_held("customer__account_links"))))
    )


def _customers_with_contract(since: dt.date, moment: dt.datetime) -> QuerySet[Customer]:
    premises = Premise.objects.filter(customer=OuterRef("pk"))
    had_contract = premises.filter(
        Q(end_date=None) | Q(end_date__gte=since), Q(ended_at=None) | Q(ended_at__gte=moment)
    )
    present = Customer.objects.filter(Q(ended_at=None) | Q(ended_at__gte=moment), _is_held("account_links"))
    return present.filter(Exists(had_contract) | ~Exists(premises))


def _is_held(links: str) -> Q:
    """Return the condition that the login of the query around holds a customer now."""
    return Q(**{f"{links}__user": OuterRef("pk"), f"{links}__ended_at": None})
