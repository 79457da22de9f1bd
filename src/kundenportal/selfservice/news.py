"""How much a login has not seen yet, for the badges of the navigation.

Every page shows them, so they are asked for along with the premises, and only for the one in view.
"""

from collections.abc import Mapping

from django.db.models import Case, Expression, OuterRef, Value, When

from kundenportal.documents.selectors import count_unopened_at
from kundenportal.identity.models import User
from kundenportal.linking.selectors import PremiseChoice


def news_at(premise_id: str, user: User) -> Mapping[str, Expression]:
    """Return what to ask of a login's premises: what is new at one of them, by the function that shows it."""
    in_view = When(public_id=premise_id, then=count_unopened_at(OuterRef("pk"), OuterRef("customer"), user))
    return {"documents_new": Case(in_view, default=Value(0))}


def news_of(choice: PremiseChoice) -> Mapping[str, int]:
    """Return how much is new at a premise that was asked for it, by the key of the function that shows it.

    A restricted grant shows no documents, so none of them are news.
    """
    return {} if choice.hold else {"documents": choice.extra["documents_new"]}
