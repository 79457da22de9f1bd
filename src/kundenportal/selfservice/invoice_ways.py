"""How the invoices of each customer of a login come: by post, or online only."""

import datetime as dt
from dataclasses import dataclass

from kundenportal.identity.models import User
from kundenportal.linking.holds import is_held
from kundenportal.linking.models import AccountLink
from kundenportal.linking.selectors import links_of
from kundenportal.privacy.consents import online_invoices
from kundenportal.privacy.models import Consent


@dataclass(frozen=True)
class InvoiceWay:
    """How the invoices of a customer come.

    Attributes:
        link: the login's grant to the customer.
        consent: that to get them online only; None while they come by post.
        is_held: whether the grant is restricted, so that nothing can be changed yet.

    """

    link: AccountLink
    consent: Consent | None
    is_held: bool


def invoice_ways(user: User, *, now: dt.datetime) -> list[InvoiceWay]:
    """Return how the invoices of a login's customers come, without those whose contracts are over."""
    links = [link for link in links_of(user) if link.customer.ended_at is None]
    consents = online_invoices(link.customer for link in links)
    return [
        InvoiceWay(link, consents.get(link.customer_id), is_held=is_held(link, now=now)) for link in links
    ]
