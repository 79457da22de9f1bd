"""Who works here, and where their accesses stand."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery

from kundenportal.identity.models import AuthenticatorApp, OneTimeSecret, Passkey, StaffMember


@dataclass(frozen=True)
class Access:
    """Somebody's access to the back office.

    Attributes:
        member: whose it is.
        has_passkey: whether he signs in with a passkey.
        has_app: whether he signs in with an authenticator app.
        link_until: until when a link is good that sets the access up anew, if there is one.

    """

    member: StaffMember
    has_passkey: bool
    has_app: bool
    link_until: dt.datetime | None

    @property
    def is_closed(self) -> bool:
        """Whether it opens nothing until somebody gives a new link."""
        return not self.member.user.is_active

    @property
    def is_set_up(self) -> bool:
        """Whether one can sign in with it."""
        return self.has_passkey or self.has_app


def accesses(*, now: dt.datetime) -> list[Access]:
    """Return all accesses by name, those that are closed last; one query."""
    links = OneTimeSecret.objects.filter(
        purpose=OneTimeSecret.Purpose.STAFF_ACCESS, user=OuterRef("pk"), used_at=None, expires_at__gt=now
    )
    members = (
        StaffMember.objects.select_related("user")
        .annotate(
            has_passkey=Exists(Passkey.objects.filter(user=OuterRef("pk"))),
            has_app=Exists(AuthenticatorApp.objects.filter(user=OuterRef("pk"))),
            link_until=Subquery(links.values("expires_at")[:1]),
        )
        .order_by("-user__is_active", "name", "pk")
    )
    return [Access(each, each.has_passkey, each.has_app, each.link_until) for each in members]


def everybody() -> list[StaffMember]:
    """Return everybody who works or worked here, by name; one query."""
    members = StaffMember.objects.select_related("user")
    return sorted(members, key=lambda member: str(member).casefold())


def colleague_of(member: StaffMember, number: int) -> StaffMember:
    """Return somebody else: one's own access is another's affair, so that nobody locks himself out.

    Args:
        member: who asks.
        number: whom he means, by id.

    Raises:
        StaffMember.DoesNotExist: when there is nobody, or it is himself.

    """
    return StaffMember.objects.select_related("user").exclude(pk=member.pk).get(pk=number)
