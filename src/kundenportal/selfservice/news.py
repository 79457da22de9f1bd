"""How much a login has not seen yet, for the badges of the navigation.

Every page shows them, so they are asked for along with the premises, and only for the one in view.
"""

from collections.abc import Mapping

from django.db.models import Case, Expression, OuterRef, Value, When

from kundenportal.contact.selectors import count_unread_at
from kundenportal.documents.selectors import count_unopened_at
from kundenportal.identity.models import User
from kundenportal.linking.selectors import PremiseChoice


def news_at(premise_id: str, user: User) -> Mapping[str, Expression]:
    """Return what to ask of a login's premises: what is new at one of them, by the function that shows it."""
    place, customer = OuterRef("pk"), OuterRef("customer")
    counts = {
        "documents_new": count_unopened_at(place, customer, user),
        "answers_new": count_unread_at(place, customer),
    }
    return {
        name: Case(When(public_id=premise_id, then=count), default=Value(0)) for name, count in counts.items()
    }


def news_of(choice: PremiseChoice) -> Mapping[str, int]:
    """Return how much is new at a premise that was asked for it, by the key of the function that shows it.

    A restricted grant shows neither documents nor messages, so none of them are news.
    """
    if choice.hold:
        return {}
    return {"documents": choice.extra["documents_new"], "contact": choice.extra["answers_new"]}
