"""Who hears that there are new documents: the logins that hold the customers, and may see them."""

import datetime as dt
from collections.abc import Collection

from kundenportal.documents.mails import addresses_to_be_told, enqueue_news
from kundenportal.linking.holds import is_held
from kundenportal.linking.models import AccountLink


def tell_of_documents(customers: Collection[int], *, now: dt.datetime) -> None:
    """Put one mail into the outbox for each login that has something new, in the caller's transaction.

    One that waits already will do, so that a login hears once of all that comes within a quarter of an hour,
    also when an import is cut off and run again. A restricted grant shows no documents.

    Args:
        customers: the ids of the customers who have new documents.
        now: when, aware.

    """
    links = AccountLink.objects.filter(customer__in=customers, ended_at=None, user__is_active=True)
    readers = [link for link in links.select_related("user").order_by("pk") if not is_held(link, now=now)]
    told = addresses_to_be_told() if readers else set()
    for link in readers:
        if link.user.email not in told:
            told.add(link.user.email)
            enqueue_news(link.user.email, customer_id=link.customer_id, language=link.user.language, now=now)
