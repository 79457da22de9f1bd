"""Who hears that there are new documents: the logins that hold the customers, and may see them."""

import datetime as dt
from collections.abc import Collection

from kundenportal.documents.mails import enqueue_news, news_that_waits
from kundenportal.linking.holds import is_held
from kundenportal.linking.models import AccountLink


def tell_of_documents(customers: Collection[int], *, now: dt.datetime) -> None:
    """Put one mail into the outbox for each customer with something new, in the caller's transaction.

    One that waits already will do, so that a login hears once of all that comes for a customer within a
    quarter of an hour, also when an import is cut off and run again. Several customers of one login are told
    of apart: one may get his bills online only and must hear of each. A restricted grant shows no documents.

    Args:
        customers: the ids of the customers who have new documents.
        now: when, aware.

    """
    links = AccountLink.objects.filter(customer__in=customers, ended_at=None, user__is_active=True)
    readers = [link for link in links.select_related("user").order_by("pk") if not is_held(link, now=now)]
    told = news_that_waits(customers) if readers else set()
    for link in readers:
        if (link.user.email, link.customer_id) not in told:
            enqueue_news(link.user.email, customer_id=link.customer_id, language=link.user.language, now=now)
