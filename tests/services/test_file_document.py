"""What filing a document stores, and who can see it then."""

import datetime as dt
import os

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.documents.selectors import documents_of_customer, documents_of_premise, unopened, with_news
from kundenportal.files.services import read_file
from tests.make import NOW, PDF, make_customer, make_document, make_premise, make_user
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db


def test_a_filed_document_can_be_read_and_found() -> None:
    customer = make_customer()

    document = make_document(customer, "Änderung der Preise")

    assert list(documents_of_customer(customer)) == [document]
    assert document.file is not None
    assert (read_file(document.file), document.file.media_type) == (PDF, "application/pdf")
    assert document.search_text == "20.01.2026 rechnung aenderung der preise"
    entry = AuditEntry.objects.get(action="document.filed")
    assert (entry.customer_id, entry.subject) == (customer.pk, document.public_id)


def test_a_full_disk_files_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    customer = make_customer()
    monkeypatch.setattr(os, "fsync", full)
    before = snapshot()

    with pytest.raises(OSError, match="No space left"):
        make_document(customer)

    assert snapshot() == before


def test_a_title_that_folding_makes_longer_is_filed() -> None:
    document = make_document(make_customer(), "\ufdfa" * 200)

    document.refresh_from_db()
    assert len(document.search_text) <= 500


def test_a_premise_shows_its_own_and_those_of_its_customer_newest_first() -> None:
    here, there = make_premise(), make_premise()
    elsewhere = make_premise(here.customer)
    old = make_document(here.customer, document_date=dt.date(2024, 1, 20))
    own = make_document(here.customer, premise=here)
    make_document(here.customer, premise=elsewhere)
    make_document(there.customer)

    assert list(documents_of_premise(here)) == [own, old]


def test_a_recalled_document_shows_nowhere() -> None:
    premise = make_premise()
    document = make_document(premise.customer)
    Document.objects.filter(pk=document.pk).update(recalled_at=NOW)

    assert not documents_of_premise(premise).exists()


def test_a_document_is_new_until_this_login_opens_this_version() -> None:
    premise = make_premise()
    user, other = make_user(premise.customer), make_user(email="b@beispiel.de")
    document = make_document(premise.customer)
    documents = documents_of_premise(premise)
    earlier = NOW - dt.timedelta(seconds=1)

    DocumentAccess.objects.create(document=document, user=other, way="opened", at=NOW)
    DocumentAccess.objects.create(document=document, user=user, way="opened", at=earlier)
    assert list(unopened(documents, user)) == [document]
    assert with_news(documents, user).get().is_new

    DocumentAccess.objects.create(document=document, user=user, way="downloaded", at=NOW)
    assert not unopened(documents, user).exists()
    assert not with_news(documents, user).get().is_new
