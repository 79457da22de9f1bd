"""What the tests of the document pages share."""

from typing import Any

from kundenportal.documents.models import Document
from tests.make import Household


def list_url(household: Household) -> str:
    """Return the address of the list."""
    return f"/vs/{household.premise.public_id}/dokumente/"


def document_url(household: Household, document: Document) -> str:
    """Return the address of the page of a document."""
    return f"{list_url(household)}{document.public_id}/"


def content_of(response: Any) -> bytes:
    """Return the content of a response, streamed or not, so that its file is closed as a server would."""
    return b"".join(response)
