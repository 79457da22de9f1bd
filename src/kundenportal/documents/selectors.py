"""Which documents a customer has, and which of them a login has not opened yet."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kundenportal.customers.models import Customer, Premise
from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.identity.models import User


def documents_of_customer(customer: Customer) -> QuerySet[Document]:
    """Return what a customer can see, all places of consumption together, newest first."""
    visible = Document.objects.filter(customer=customer, recalled_at=None)
    return visible.order_by("-document_date", "-id").select_related("file")


def documents_of_premise(premise: Premise) -> QuerySet[Document]:
    """Return what can be seen at a place of consumption, newest first: its own and its customer's."""
    is_of_premise = Q(premise=premise) | Q(premise=None)
    return documents_of_customer(premise.customer).filter(is_of_premise)


def unopened(documents: QuerySet[Document], user: User) -> QuerySet[Document]:
    """Return those documents whose present version a login has not opened or downloaded."""
    return documents.filter(~_opened_by(user))


def with_news(documents: QuerySet[Document], user: User) -> QuerySet[Document]:
    """Return the documents with ``is_new``: whether this login has not opened the present version."""
    return documents.annotate(is_new=~_opened_by(user))


def _opened_by(user: User) -> Exists:
    seen = DocumentAccess.objects.filter(document=OuterRef("pk"), user=user)
    return Exists(seen.filter(at__gte=F("document__published_at")))
