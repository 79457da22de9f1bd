"""The mails to whoever runs the portal: where a delivery stands, that a batch was not written, and no more."""

import pytest
from pytest_django import Settings

from kundenportal.documents.models import DocumentBatch
from kundenportal.erp.mails import enqueue_documents_wait, enqueue_needs_you, enqueue_outbox_failed
from kundenportal.erp.models import Delivery
from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from tests.mail_parts import parts_of
from tests.make import NOW
from tests.staff import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ADDRESS = "betrieb@stadtwerke.example"


@pytest.fixture(autouse=True)
def _addresses(settings: Settings) -> None:
    settings.OPERATOR_EMAIL = ADDRESS
    settings.STAFF_BASE_URL = "https://verwaltung.stadtwerke.example"


def mail() -> tuple[str, str, str]:
    """Return subject, text and HTML of the one mail."""
    message = build_message(OutgoingMail.objects.get(), now=NOW)
    assert message["To"] == ADDRESS
    return str(message["Subject"]), *parts_of(message)


@pytest.mark.parametrize(
    ("status", "subject", "said"),
    [
        ("checked", "wartet auf Ihre Freigabe", "Nach sieben Tagen verfällt sie."),
        ("imported", "Nicht alles einer Lieferung ist eingelesen", "was fehlt oder in Quarantäne wartet"),
        ("refused", "Eine Lieferung ist nicht eingelesen", "ist abgelehnt."),
        ("failed", "Eine Lieferung ist nicht eingelesen", "auch nach mehreren Versuchen"),
    ],
)
def test_a_mail_tells_where_a_delivery_stands_and_leads_to_it(status: str, subject: str, said: str) -> None:
    delivery = Delivery.objects.create(
        way="inbox", name="nacht.zip", status=status, fault_count=3, received_at=NOW, due_at=NOW
    )
    enqueue_needs_you(delivery, now=NOW)
    title, text, html = mail()
    assert subject in title
    for body in (text, html):
        words = " ".join(body.split())
        assert "nacht.zip" in words
        assert said in words
        assert "3 Fehler sind gezählt." in words
        assert f"https://verwaltung.stadtwerke.example/verwaltung/importe/{delivery.pk}/" in words


def test_a_mail_tells_that_a_batch_was_not_written() -> None:
    enqueue_outbox_failed("No space left on device", now=NOW)
    title, text, html = mail()
    assert "Ein Stapel konnte nicht geschrieben werden" in title
    for body in (text, html):
        assert "No space left on device" in " ".join(body.split())
        assert "https://verwaltung.stadtwerke.example/verwaltung/importe/exporte/" in body


def test_a_mail_tells_that_documents_wait_for_the_storage() -> None:
    batch = DocumentBatch.objects.create(
        name="Januar.zip", uploaded_by=make_member(), uploaded_at=NOW, trouble="No space left on device"
    )
    enqueue_documents_wait(batch, now=NOW)
    title, text, html = mail()
    assert "Hochgeladene Dokumente warten auf Speicherplatz" in title
    for body in (" ".join(each.split()) for each in (text, html)):
        assert "„Januar.zip“" in body
        assert "No space left on device" in body
        assert f"https://verwaltung.stadtwerke.example/verwaltung/dokumente/lieferung/{batch.pk}/" in body


def test_without_an_address_nobody_gets_a_mail(settings: Settings) -> None:
    settings.OPERATOR_EMAIL = ""
    delivery = Delivery.objects.create(way="inbox", name="nacht.zip", received_at=NOW, due_at=NOW)
    enqueue_needs_you(delivery, now=NOW)
    enqueue_outbox_failed("x", now=NOW)
    assert not OutgoingMail.objects.exists()
