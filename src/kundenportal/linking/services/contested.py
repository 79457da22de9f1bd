"""Two mailboxes claim one login: letters to the customers decide (security.md A11, A24)."""

import datetime as dt

from kundenportal.identity.models import User
from kundenportal.linking.addressees import may_get_letter
from kundenportal.linking.models import AccountLink, ActivationLetter


def restrict_until_letters(user: User, *, now: dt.datetime) -> None:
    """Restrict every grant of a login until the code of a letter is entered; the caller's transaction.

    Who pulled a login back to its former mailbox may be its robbed owner, or somebody who kept that
    mailbox. Only the customer gets letters at the address the utility knows.

    Args:
        user: the login, locked.
        now: when, aware.

    """
    links = AccountLink.objects.select_related("customer").filter(user=user, ended_at=None)
    for link in links.order_by("id"):
        link.held_until, link.awaits_letter = None, True
        link.save(update_fields=["held_until", "awaits_letter"])
        if may_get_letter(link.customer, now=now):
            ActivationLetter.objects.create(customer=link.customer, account_link=link, created_at=now)
