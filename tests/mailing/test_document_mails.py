"""What the mails about documents say, and what they keep to themselves."""

import pytest

from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from tests.make import NOW, make_document, make_household

pytestmark = pytest.mark.django_db


def parts_of(kind: str) -> tuple[str, list[str]]:
    """Return subject, text and HTML of a mail of a kind to the household, which has a document."""
    household = make_household()
    make_document(household.customer)
    enqueue(
        kind,
        to=household.user.email,
        context={"customer": household.customer.pk},
        now=NOW,
        customer_id=household.customer.pk,
    )
    message = build_message(OutgoingMail.objects.get(), now=NOW)
    bodies = [message.get_body((part,)) for part in ("plain", "html")]
    texts = [" ".join(body.get_content().split()) for body in bodies if body is not None]
    return message["Subject"], texts


def test_a_new_document_is_told_without_its_content() -> None:
    subject, texts = parts_of("new_documents")
    assert subject == "Ein neues Dokument liegt für Sie bereit"
    for text in texts:
        assert "Guten Tag Michael Bauer," in text
        assert "in Ihrem Kundenportal liegt ein neues Dokument für Sie bereit." in text
        assert "Aus Sicherheitsgründen senden wir das Dokument nicht per E-Mail." in text
        assert "http://localhost:8000/" in text
        assert "Jahresabrechnung" not in text
        assert "0014026" not in text


def test_a_recalled_document_is_told_without_its_content() -> None:
    subject, texts = parts_of("document_recalled")
    assert subject == "Wir haben ein Dokument zurückgezogen"
    for text in texts:
        assert "Guten Tag Michael Bauer," in text
        assert "Dann löschen Sie die Datei bitte." in text
        assert "Jahresabrechnung" not in text
