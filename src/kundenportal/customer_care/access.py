"""The login that holds a customer, as staff see it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Customer
from kundenportal.identity.models import AuthenticatorApp, Passkey, User
from kundenportal.linking.holds import is_held
from kundenportal.linking.models import AccountLink

SIGN_IN = "sign_in."
"""How the audit trail's words for signing in begin."""


class AccessState(StrEnum):
    """How things stand with the access to a customer."""

    NONE = "none"
    OPEN = "open"
    RESTRICTED = "restricted"
    LOCKED = "locked"


@dataclass(frozen=True)
class Access:
    """How a customer gets into the portal.

    Attributes:
        state: how things stand.
        link: the grant of the login that holds the customer; None where nobody does.
        has_second_factor: whether the login asks for more than its password.

    """

    state: AccessState
    link: AccountLink | None = None
    has_second_factor: bool = False

    @property
    def user(self) -> User | None:
        """The login, if there is one."""
        return self.link.user if self.link else None


def access_of(customer: Customer, *, now: dt.datetime) -> Access:
    """Return the access to a customer; one query.

    Args:
        customer: whose.
        now: when, aware.

    """
    has_passkey = Exists(Passkey.objects.filter(user=OuterRef("user")))
    has_app = Exists(AuthenticatorApp.objects.filter(user=OuterRef("user")))
    links = AccountLink.objects.filter(customer=customer, ended_at=None).select_related("user")
    link = links.annotate(has_second_factor=has_passkey | has_app).first()
    if link is None:
        return Access(AccessState.NONE)
    return Access(_state_of(link, now), link, link.has_second_factor)


def linked_customers(access: Access, *, but: Customer) -> list[Customer]:
    """Return the other customers of the login that holds one, by number; one query."""
    if access.user is None:
        return []
    held = Customer.objects.filter(account_links__user=access.user, account_links__ended_at=None)
    return list(held.exclude(pk=but.pk).order_by("customer_number"))


def last_sign_in(access: Access) -> AuditEntry | None:
    """Return the entry of the last time the login that holds a customer signed in, if ever; one query."""
    if access.user is None:
        return None
    entries = AuditEntry.objects.filter(actor=access.user.actor, action__startswith=SIGN_IN)
    return entries.order_by("-at").first()


def _state_of(link: AccountLink, now: dt.datetime) -> AccessState:
    if link.user.locked_at is not None:
        return AccessState.LOCKED
    return AccessState.RESTRICTED if is_held(link, now=now) else AccessState.OPEN
