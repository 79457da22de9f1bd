"""Which documents a customer has, which of them a login has not opened yet, and who opened one."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kundenportal.customers.models import Customer, Premise
from kundenportal.documents.models import WORKABLE, Document, DocumentAccess, DocumentBatch
from kundenportal.documents.rules import search_words
from kundenportal.identity.models import User


class DocumentRecalled(Exception):
    """The document was this customer's and is recalled: nobody sees it any more."""


@dataclass(frozen=True)
class DocumentPage:
    """Some documents, the newest first, each with ``is_new``.

    ``after`` is the id of the last one when more follow, else empty.
    """

    documents: tuple[Document, ...]
    after: str


def documents_of_customer(customer: Customer) -> QuerySet[Document]:
    """Return what a customer can see, all places of consumption together, newest first."""
    visible = Document.objects.filter(customer=customer, recalled_at=None)
    return visible.order_by("-document_date", "-id").select_related("file")


def documents_of_premise(premise: Premise) -> QuerySet[Document]:
    """Return what can be seen at a place of consumption, newest first: its own and its customer's."""
    return documents_of_customer(premise.customer).filter(_at(premise))


def unopened(documents: QuerySet[Document], user: User) -> QuerySet[Document]:
    """Return those documents whose present version a login has not opened or downloaded."""
    return documents.filter(~_opened_by(user))


def count_unopened_at(premise: OuterRef, customer: OuterRef, user: User) -> Coalesce:
    """Return an expression: how many documents a login has not opened yet at the premise of a query's row.

    Args:
        premise: the row's premise.
        customer: its customer.
        user: the login.

    """
    visible = Document.objects.filter(customer=customer, recalled_at=None)
    at_premise = visible.filter(Q(premise=premise) | Q(premise=None))
    counted = unopened(at_premise, user).values("customer").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def with_news(documents: QuerySet[Document], user: User) -> QuerySet[Document]:
    """Return the documents with ``is_new``: whether this login has not opened the present version."""
    return documents.annotate(is_new=~_opened_by(user))


def newest_documents(premise: Premise, user: User, *, limit: int) -> list[Document]:
    """Return a few documents with ``is_new``, those not opened yet first; one query."""
    documents = documents_of_premise(premise).annotate(is_new=~_opened_by(user))
    return list(documents.order_by("-is_new", "-document_date", "-id")[:limit])


def page_of_documents(
    premise: Premise, user: User, *, kind: str, search: str, after: str, limit: int
) -> DocumentPage:
    """Return the next documents of a list; two queries, as cheap in the middle as at the beginning.

    Args:
        premise: the place of consumption in view.
        user: who looks at them.
        kind: a ``Document.Kind``, or empty for all.
        search: words that title, kind or date must contain, in any spelling and order; may be empty.
        after: the public id of the last one seen; anything else begins with the newest.
        limit: how many at most.

    """
    documents = with_news(documents_of_premise(premise), user)
    if kind:
        documents = documents.filter(kind=kind)
    for word in search_words(search):
        documents = documents.filter(search_text__contains=word)
    if after and (seen := Document.objects.filter(customer=premise.customer, public_id=after).first()):
        is_older = Q(document_date__lt=seen.document_date)
        documents = documents.filter(is_older | Q(document_date=seen.document_date, pk__lt=seen.pk))
    found = list(documents[: limit + 1])
    shown = tuple(found[:limit])
    return DocumentPage(shown, after=shown[-1].public_id if len(found) > limit else "")


def document_of_premise(premise: Premise, public_id: str) -> Document:
    """Return a document that can be seen at a place of consumption, with its file.

    Raises:
        Document.DoesNotExist: when there is none with this id for this customer and place.
        DocumentRecalled: when there was one.

    """
    documents = Document.objects.filter(_at(premise), customer=premise.customer_id)
    document = documents.select_related("file").get(public_id=public_id)
    if document.recalled_at is not None:
        raise DocumentRecalled(public_id)
    return document


def document_named(text: str) -> Document | None:
    """Return the document with this id, the portal's or the billing system's, also when it was recalled."""
    return Document.objects.filter(Q(public_id=text.upper()) | Q(erp_id=text)).first()


def accesses_of(document: Document) -> list[DocumentAccess]:
    """Return who opened or downloaded a document and when, in that order."""
    return list(DocumentAccess.objects.filter(document=document).select_related("user").order_by("at", "pk"))


def recalled_contents(erp_ids: Collection[str]) -> set[tuple[str, int, str]]:
    """Return which contents were recalled from which customers, as (id, customer, SHA-256); one query.

    Args:
        erp_ids: the ids of the billing system to look for.

    """
    recalled = Document.objects.filter(erp_id__in=erp_ids, recalled_at__isnull=False)
    return set(recalled.values_list("erp_id", "customer_id", "recalled_sha256"))


def batch_in_trouble() -> DocumentBatch | None:
    """Return the oldest uploaded delivery that waits for the storage, which is full or out of reach."""
    waiting = DocumentBatch.objects.filter(state__in=WORKABLE, ended_at=None).exclude(next_try_at=None)
    return waiting.order_by("pk").first()


def _at(premise: Premise) -> Q:
    return Q(premise=premise) | Q(premise=None)


def _opened_by(user: User) -> Exists:
    seen = DocumentAccess.objects.filter(document=OuterRef("pk"), user=user)
    return Exists(seen.filter(at__gte=F("document__published_at")))
