"""The logins that somebody names to get a mail: only those whose mailbox is proven."""

from kundenportal.identity.models import User
from kundenportal.linking.identifiers import Identifier, IdentifierKind


def logins_named(who: Identifier) -> list[User]:
    """Return the logins with a proven mailbox that a number or an address names; they share one mailbox."""
    logins = User.objects.filter(is_active=True, is_staff=False).exclude(email_verified_at=None)
    if who.kind is IdentifierKind.EMAIL:
        return list(logins.filter(email=who.value).order_by("id"))
    return list(
        logins.filter(account_links__customer__customer_number=who.value, account_links__ended_at=None)
    )
