"""Which optional mails a login gets; questions only, nothing is written."""

from typing import Any

from django.db.models import QuerySet

from kundenportal.identity.models import User
from kundenportal.mailing.categories import Category
from kundenportal.mailing.choices import ALWAYS, Choice
from kundenportal.mailing.models import OutgoingMail
from kundenportal.privacy.consents import has_online_invoices
from kundenportal.privacy.models import MailOptOut
from kundenportal.privacy.unsubscribe_links import unsubscribe_token

REFUSABLE = (Category.READING_REMINDERS, Category.DOCUMENTS, Category.SUBMISSIONS)
"""What a login gets until it refuses it."""


def find_choice(mail: OutgoingMail, category: Category) -> Choice:
    """Return what the login that holds a mail's customer chose about a category of mails."""
    user = User.objects.filter(
        account_links__customer=mail.customer_id, account_links__ended_at=None, is_active=True
    ).first()
    if category is Category.DOCUMENTS and has_online_invoices(mail.customer_id):
        # Who gets no paper must hear of each bill.
        return ALWAYS
    if user is None or not gets(user, category):
        return Choice(is_wanted=False)
    return Choice(is_wanted=True, unsubscribe_token=unsubscribe_token(user, category))


def gets(user: User, category: Category) -> bool:
    """Tell whether a login gets mails of a category."""
    return category in wanted_categories(user)


def wanted_categories(user: User) -> frozenset[Category]:
    """Return the categories of mails that a login gets; one query."""
    refused = set(MailOptOut.objects.filter(user=user).values_list("category", flat=True))
    return frozenset(category for category in REFUSABLE if category not in refused)


def refusing_logins(category: Category) -> QuerySet[Any]:
    """Return the ids of the logins that refused a category, as a query."""
    return MailOptOut.objects.filter(category=category).values("user")
