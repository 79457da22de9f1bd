"""Letting documents out of quarantine, and throwing them away."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Customer
from kundenportal.documents.models import Document, QuarantinedDocument
from kundenportal.documents.quarantine import discard_document, release_document
from kundenportal.documents.selectors import documents_of_customer
from kundenportal.files.models import StoredFile
from kundenportal.files.services import read_file
from kundenportal.mailing.models import OutgoingMail
from tests.erp.document_deliveries import NUMBER, OTHER, bill, command, row, run, write_documents
from tests.make import NOW, make_customer, make_user
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def customer() -> Customer:
    return make_customer(customer_number=NUMBER)


@pytest.fixture
def waiting(customer: Customer, tmp_path: Path) -> QuarantinedDocument:
    run(write_documents(tmp_path / "d", row(), files={"pdf/1.pdf": bill(OTHER)}))
    return QuarantinedDocument.objects.get()


def release(told: list[int] | None = None) -> Document:
    return release_document(
        erp_id="D1",
        reason="Anruf beim Kunden",
        actor="operator",
        tell=lambda customers: told.extend(customers) if told is not None else None,
        now=LATER,
    )


def test_a_released_document_is_visible_and_news(customer: Customer, waiting: QuarantinedDocument) -> None:
    told: list[int] = []

    document = release(told)

    assert list(documents_of_customer(customer)) == [document]
    assert (document.erp_id, document.title, document.published_at) == ("D1", "Rechnung 1", LATER)
    assert document.file is not None
    assert read_file(document.file) == bill(OTHER)
    assert not QuarantinedDocument.objects.exists()
    assert told == [customer.pk]
    entry = AuditEntry.objects.get(action="document.released")
    assert (entry.actor, entry.subject, entry.customer_id) == ("operator", document.public_id, customer.pk)
    assert entry.details == {"erp_id": "D1", "reason": "Anruf beim Kunden"}


def test_a_released_version_takes_the_place_of_the_one_in_sight(customer: Customer, tmp_path: Path) -> None:
    run(write_documents(tmp_path, row()))
    first = Document.objects.get()
    run(write_documents(tmp_path, row(titel="Neu"), files={"pdf/1.pdf": bill(OTHER)}))

    document = release()

    assert document == first
    assert document.title == "Neu"
    assert StoredFile.objects.get().pk == document.file_id != first.file_id


def test_a_discarded_document_leaves_only_its_trace(waiting: QuarantinedDocument) -> None:
    sha256 = waiting.file.sha256

    discard_document(erp_id="D1", reason="falscher Kunde", actor="operator", now=LATER)

    assert not QuarantinedDocument.objects.exists()
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()
    details = AuditEntry.objects.get(action="document.discarded").details
    assert details == {"erp_id": "D1", "reason": "falscher Kunde", "sha256": sha256}


def test_nothing_else_can_be_released_or_discarded(waiting: QuarantinedDocument) -> None:
    before = snapshot()
    with pytest.raises(QuarantinedDocument.DoesNotExist):
        release_document(erp_id="D2", reason="x", actor="operator", tell=print, now=LATER)
    with pytest.raises(QuarantinedDocument.DoesNotExist):
        discard_document(erp_id="D2", reason="x", actor="operator", now=LATER)
    assert snapshot() == before


class TestCommand:
    def test_the_list_says_why_each_waits(self, waiting: QuarantinedDocument) -> None:
        code, text = command("quarantined_documents")
        assert code == 0
        told = f"Rechnung 1 – Im Text steht eine andere Kundennummer. ({OTHER})"
        assert text == f"D1  {NUMBER}  22.11.2026  {told}\n1 in Quarantäne.\n"

    def test_one_is_saved_to_be_looked_at(self, waiting: QuarantinedDocument, tmp_path: Path) -> None:
        target = tmp_path / "d1.pdf"
        assert command("quarantined_documents", "--save", "D1", str(target))[0] == 0
        assert target.read_bytes() == bill(OTHER)
        with pytest.raises(CommandError, match="File exists"):
            command("quarantined_documents", "--save", "D1", str(target))

    def test_one_is_released_and_its_reader_told(
        self, customer: Customer, waiting: QuarantinedDocument
    ) -> None:
        user = make_user(customer)
        code, text = command("quarantined_documents", "--release", "D1", "--reason", "geprüft")
        assert (code, text) == (0, f"Freigegeben für {NUMBER}: Rechnung 1\n")
        assert OutgoingMail.objects.get().recipient == user.email

    def test_one_is_discarded(self, waiting: QuarantinedDocument) -> None:
        assert command("quarantined_documents", "--discard", "D1", "--reason", "falsch")[1] == "Verworfen.\n"
        assert not QuarantinedDocument.objects.exists()

    @pytest.mark.parametrize("what", ["--release", "--discard"])
    def test_nothing_happens_without_a_reason(self, waiting: QuarantinedDocument, what: str) -> None:
        before = snapshot()
        with pytest.raises(CommandError, match="--reason") as refused:
            command("quarantined_documents", what, "D1", "--reason", " ")
        assert refused.value.returncode == 2
        assert snapshot() == before

    def test_what_does_not_wait_is_named(self, waiting: QuarantinedDocument) -> None:
        with pytest.raises(CommandError, match="wartet kein Dokument"):
            command("quarantined_documents", "--release", "D9", "--reason", "geprüft")
