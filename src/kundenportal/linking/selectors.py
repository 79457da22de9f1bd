"""Who may see what: the only way a customer page gets a customer or a premise."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Expression, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from kundenportal.addresses.selectors import recent_contact_changes
from kundenportal.core.dates import months_before
from kundenportal.customers.divisions import divisions_in, split_divisions
from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.access_changes import Moments
from kundenportal.identity.models import User
from kundenportal.identity.security_events import OLD_ADDRESS_TOLD_FOR
from kundenportal.linking.holds import Hold, is_held
from kundenportal.linking.models import AccountLink, LoginMerge, Viewing
from kundenportal.metering.models import Meter

_HOLD = {
    "link_id": F("customer__account_links__public_id"),
    "held_until": F("customer__account_links__held_until"),
    "awaits_letter": F("customer__account_links__awaits_letter"),
}
"""What tells of the grant by which a premise is found."""

MONTHS_READABLE = 36
"""How long an ended customer or premise stays readable (interfaces.md)."""


@dataclass(frozen=True)
class PremiseChoice:
    """A premise a login may open.

    Attributes:
        premise: the place of consumption.
        customer: whose it is.
        divisions: the divisions supplied there, in the order of ``Division``.
        is_ended: whether its contract is over, so that it can only be read.
        hold: what restricts the grant by which the login may open it, or None.
        extra: what else was asked of it, by name.

    """

    premise: Premise
    customer: Customer
    divisions: tuple[str, ...]
    is_ended: bool
    hold: Hold | None
    extra: Mapping[str, Any]


def customers_of(user: User) -> list[Customer]:
    """Return the customers a login may see, by number: its grants, without those ended long ago."""
    since = _readable_since(_today())
    return list(
        Customer.objects.filter(account_links__user=user, account_links__ended_at=None)
        .filter(Q(ended_at=None) | Q(ended_at__date__gte=since))
        .order_by("customer_number")
    )


def links_of(user: User) -> list[AccountLink]:
    """Return the grants of a login, by number; those of ended customers, too, so that they can be ended."""
    links = AccountLink.objects.filter(user=user, ended_at=None).select_related("customer")
    return list(links.order_by("customer__customer_number"))


def contact_addresses(user: User) -> list[str]:
    """Return the contact addresses that the master data hold for the customers of a login, as they stand."""
    return [customer.contact_email for customer in customers_of(user) if customer.contact_email]


def former_contact_addresses(user: User, now: dt.datetime) -> list[str]:
    """Return the contact addresses that a login's customers had until of late; they are still told."""
    return [change.former_contact_email for change in recent_contact_changes(customers_of(user), now=now)]


def young_contact_addresses(user: User, now: dt.datetime) -> set[str]:
    """Return the contact addresses that a login itself gave its customers of late; they prove nothing yet."""
    return {change.contact_email for change in recent_contact_changes(customers_of(user), now=now)}


def absorbed_addresses(user: User, now: dt.datetime) -> list[str]:
    """Return the addresses of the logins that a login absorbed within the 30 days before now."""
    since = now - OLD_ADDRESS_TOLD_FOR
    merges = LoginMerge.objects.filter(kept=user, merged_at__gt=since, merged_at__lt=now, undone_at=None)
    return list(merges.order_by("id").values_list("absorbed__email", flat=True))


def changes_of_access(user: User, customer_id: int) -> tuple[Moments, ...]:
    """Return when a login was given a customer, and when a letter's code was entered."""
    links = AccountLink.objects.filter(user=user, customer=customer_id, ended_at=None)
    return links.values_list("created_at", flat=True), links.values_list(
        "letters__secret__used_at", flat=True
    )


def premises_of(user: User, **extra: Expression) -> list[PremiseChoice]:
    """Return the premises a login may open, current ones first; one query.

    Those that ended within the last 36 months are among them, marked.

    Args:
        user: the login.
        extra: what else to ask of each premise in the same query, by name: what every page shows.

    """
    now, today = timezone.now(), _today()
    since = _readable_since(today)
    premises = (
        Premise.objects.filter(customer__account_links__user=user, customer__account_links__ended_at=None)
        .filter(Q(end_date=None) | Q(end_date__gte=since))
        .annotate(gone_at=Coalesce(F("ended_at"), F("customer__ended_at")))
        .annotate(supplied=_divisions_at(OuterRef("pk"), today), **_HOLD, **extra)
        .filter(Q(gone_at=None) | Q(gone_at__date__gte=since))
        .select_related("customer")
        .order_by("customer__customer_number", "street", "house_number", "erp_id")
    )
    choices = [
        PremiseChoice(
            premise=premise,
            customer=premise.customer,
            divisions=split_divisions(premise.supplied),
            is_ended=premise.gone_at is not None or (premise.end_date or dt.date.max) < today,
            hold=_hold_of(premise, now),
            extra={name: getattr(premise, name) for name in extra},
        )
        for premise in premises
    ]
    return sorted(choices, key=lambda choice: choice.is_ended)


def holder_of(customer: Customer) -> User | None:
    """Return the login that holds a customer, or None when the number is not registered."""
    link = AccountLink.objects.filter(customer=customer, ended_at=None).select_related("user").first()
    return link.user if link else None


def viewings_of(user: User, *, limit: int) -> list[Viewing]:
    """Return when staff last saw the customer site as a login sees it, the latest first."""
    return list(Viewing.objects.filter(user=user).order_by("-started_at", "-pk")[:limit])


def _hold_of(premise: Any, now: dt.datetime) -> Hold | None:
    """Return what restricts the grant that a premise was found by, or None."""
    hold = Hold(premise.link_id, premise.held_until, premise.awaits_letter)
    return hold if is_held(hold, now=now) else None


def _divisions_at(premise: OuterRef, today: dt.date) -> Coalesce:
    """Return an expression: the divisions still supplied at a premise, else those there once were."""
    meters = Meter.objects.filter(premise=premise)
    supplied = meters.filter(Q(removed_date=None) | Q(removed_date__gte=today), ended_at=None)
    return Coalesce(
        divisions_in(supplied, by="premise", division="division"),
        divisions_in(meters, by="premise", division="division"),
    )


def _today() -> dt.date:
    return timezone.localdate(timezone=settings.UTILITY_TIME_ZONE)


def _readable_since(today: dt.date) -> dt.date:
    """Return the first day of whose end things are still readable."""
    return months_before(today, MONTHS_READABLE)
