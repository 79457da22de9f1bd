"""Taking a wrong document back: gone at once, with the list of who saw it."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.config.jobs import JOBS
from kundenportal.documents.mails import enqueue_news
from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.documents.recall import let_go_of_recalled, recall_document
from kundenportal.files.models import StoredFile
from kundenportal.identity.models import User
from kundenportal.mailing.models import OutgoingMail
from tests.erp.document_deliveries import command
from tests.make import NOW, PDF, Household, make_document, make_household, make_user
from tests.personas import sign_in
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + dt.timedelta(minutes=1)


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.fixture
def document(household: Household) -> Document:
    document = make_document(household.customer)
    Document.objects.update(erp_id="D1")
    document.refresh_from_db()
    return document


def opened(document: Document, user: User, minutes: int = 0, way: str = "opened") -> DocumentAccess:
    at = NOW + dt.timedelta(minutes=minutes)
    return DocumentAccess.objects.create(document=document, user=user, way=way, at=at)


def recall(document: Document, holder: User | None = None, now: dt.datetime = LATER) -> list[DocumentAccess]:
    return recall_document(
        document=document, reason="Falsch zugeordnet", actor="operator", holder=holder, now=now
    )


def test_a_recalled_document_is_gone_at_once_and_who_saw_it_is_told(
    household: Household, document: Document
) -> None:
    other = make_user(email="b@beispiel.de")
    first, second = opened(document, household.user), opened(document, other, 1, "downloaded")
    client = Client()
    sign_in(client, household.user)

    assert recall(document, household.user) == [first, second]

    page = client.get(f"/vs/{household.premise.public_id}/dokumente/")
    assert document.title not in page.text
    document.refresh_from_db()
    assert document.recalled_at == LATER
    entry = AuditEntry.objects.get(action="document.recalled")
    assert (entry.actor, entry.subject) == ("operator", document.public_id)
    assert entry.details["reason"] == "Falsch zugeordnet"
    assert entry.details["sha256"] == document.recalled_sha256 == StoredFile.objects.get().sha256


def test_its_reader_is_told_without_a_word_of_its_content(household: Household, document: Document) -> None:
    opened(document, household.user)
    recall(document, household.user)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("document_recalled", household.user.email)
    assert mail.context == {"customer": household.customer.pk, "document": document.pk}


def test_a_second_recall_changes_nothing_and_tells_the_same(household: Household, document: Document) -> None:
    access = opened(document, household.user)
    recall(document, household.user)
    before = snapshot()
    assert recall(document, household.user, NOW + dt.timedelta(days=1)) == [access]
    assert snapshot() == before


def test_a_mail_that_would_call_him_to_it_is_taken_back(household: Household, document: Document) -> None:
    enqueue_news(household.user.email, customer_id=household.customer.pk, language="de", now=NOW)
    recall(document, household.user)
    assert not OutgoingMail.objects.exists()


def test_a_mail_that_tells_of_more_is_sent_all_the_same(household: Household, document: Document) -> None:
    enqueue_news(household.user.email, customer_id=household.customer.pk, language="de", now=NOW)
    make_document(household.customer, "Andere Rechnung")
    recall(document, household.user)
    assert set(OutgoingMail.objects.values_list("kind", flat=True)) == {"new_documents", "document_recalled"}


def test_nobody_holds_the_customer(document: Document) -> None:
    assert recall(document) == []
    assert not OutgoingMail.objects.exists()


def test_the_content_is_evidence_for_ninety_days(document: Document) -> None:
    kept = make_document(document.customer, "Bleibt")
    recall(document)
    assert let_go_of_recalled(LATER + dt.timedelta(days=90)) == 0
    assert StoredFile.objects.count() == 2

    assert let_go_of_recalled(LATER + dt.timedelta(days=90, seconds=1)) == 1
    assert StoredFile.objects.get() == kept.file
    document.refresh_from_db()
    assert document.file is None
    assert document.recalled_sha256
    assert let_go_of_recalled(LATER + dt.timedelta(days=91)) == 0


def test_letting_go_is_a_job() -> None:
    assert let_go_of_recalled in [job.run for job in JOBS]


class TestCommand:
    def test_it_lists_who_saw_it_and_when(self, household: Household, document: Document) -> None:
        opened(document, household.user)
        opened(document, household.user, 3, "downloaded")
        gone = make_user(email="b@beispiel.de")
        opened(document, gone, 4)
        gone.delete()

        code, text = command("recall_document", "D1", "--reason", "falsch")

        assert code == 0
        assert text == (
            "Zurückgezogen: Jahresabrechnung 2025, Kundennummer 0014026/1\n"
            "  22.11.2026 12:00:00  geöffnet  m.bauer@beispiel.de\n"
            "  22.11.2026 12:03:00  heruntergeladen  m.bauer@beispiel.de\n"
            "  22.11.2026 12:04:00  geöffnet  ein gelöschter Zugang\n"
        )
        assert OutgoingMail.objects.get().kind == "document_recalled"

    def test_an_earlier_version_is_told_apart(self, household: Household, document: Document) -> None:
        opened(document, household.user, -5)
        assert (
            "m.bauer@beispiel.de (frühere Fassung)\n" in command("recall_document", "D1", "--reason", "x")[1]
        )

    def test_several_are_recalled_by_either_id_and_saved(self, document: Document, tmp_path: Path) -> None:
        second = make_document(document.customer, "Zweite")

        code, text = command(
            "recall_document", "D1", second.public_id, "--reason", "falsch", "--save", str(tmp_path)
        )

        assert code == 0
        assert text.count("Niemand hat es geöffnet.") == 2
        assert not Document.objects.filter(recalled_at=None).exists()
        assert (tmp_path / f"{document.public_id}.pdf").read_bytes() == PDF

    def test_later_the_content_is_gone_and_the_list_is_not(self, document: Document, tmp_path: Path) -> None:
        recall(document)
        let_go_of_recalled(LATER + dt.timedelta(days=100))
        text = command("recall_document", "D1", "--reason", "x", "--save", str(tmp_path))[1]
        assert "Der Inhalt ist nach 90 Tagen gelöscht worden." in text

    def test_an_unknown_id_recalls_nothing(self, document: Document) -> None:
        before = snapshot()
        with pytest.raises(CommandError, match="Ein Dokument D9 gibt es nicht"):
            command("recall_document", "D1", "D9", "--reason", "x")
        assert snapshot() == before
