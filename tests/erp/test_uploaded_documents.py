"""Deliveries of documents that staff upload: looked into, released by somebody else, filed, stopped."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping

import pytest
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Customer
from kundenportal.documents.batches import (
    ChangedMeanwhile,
    SecondPersonNeeded,
    delete_old_batches,
    pack,
    receive_batch,
    release_batch,
    stop_batch,
)
from kundenportal.documents.models import Document, DocumentBatch, QuarantinedDocument
from kundenportal.documents.selectors import batch_in_trouble
from kundenportal.erp.inbound import uploaded_documents
from kundenportal.erp.inbound.uploaded_documents import MOST_ATTEMPTS, take_in_batches
from kundenportal.erp.locks import only_one
from kundenportal.files.models import StoredFile
from kundenportal.files.storage import private_storage
from kundenportal.identity.models import StaffMember
from kundenportal.mailing.models import OutgoingMail
from tests.erp.document_deliveries import NUMBER, OTHER, bill
from tests.make import NOW, make_customer
from tests.snapshot import snapshot
from tests.staff import make_member

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "0012345-1_rechnung_2026-01-20_Jahresabrechnung_2025.pdf"
State = DocumentBatch.State


@pytest.fixture
def customer() -> Customer:
    return make_customer(customer_number=NUMBER)


@pytest.fixture
def clerk() -> StaffMember:
    return make_member()


@pytest.fixture
def colleague() -> StaffMember:
    return make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")


def upload(member: StaffMember, files: Mapping[str, bytes]) -> DocumentBatch:
    return receive_batch(member=member, name="Januar", content=pack(files.items()), now=NOW)


def run(batch: DocumentBatch, *, steps: int = 2) -> DocumentBatch:
    for _ in range(steps):
        take_in_batches(NOW)
    batch.refresh_from_db()
    return batch


def test_pdfs_are_filed_by_their_names(customer: Customer, clerk: StaffMember) -> None:
    batch = run(upload(clerk, {NAME: bill(NUMBER)}))

    document = Document.objects.get()
    assert (document.customer, document.kind, document.title) == (
        customer,
        "rechnung",
        "Jahresabrechnung 2025",
    )
    assert document.document_date.isoformat() == "2026-01-20"
    assert (batch.state, batch.report["new"], batch.ended_at, batch.file) == (State.DONE, 1, NOW, None)
    assert StoredFile.objects.get() == document.file
    delivered = AuditEntry.objects.get(action="document.delivered")
    assert delivered.actor == clerk.user.actor
    assert take_in_batches(NOW) == 0


def test_looking_into_a_delivery_shows_no_customer_anything(customer: Customer, clerk: StaffMember) -> None:
    batch = run(upload(clerk, {NAME: bill(NUMBER)}), steps=1)
    assert batch.state == State.RELEASED
    assert batch.report["new"] == 1
    assert not Document.objects.exists()


def test_the_same_name_again_is_a_new_version(customer: Customer, clerk: StaffMember) -> None:
    run(upload(clerk, {NAME: bill(NUMBER)}))
    batch = run(upload(clerk, {NAME: bill(NUMBER, "neu")}))
    assert Document.objects.count() == 1
    assert batch.report["replaced"] == 1


def test_a_zip_with_a_list_goes_by_its_list(customer: Customer, clerk: StaffMember) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        header = "dokument;kundennummer;verbrauchsstelle;art;titel;datum;datei\n"
        archive.writestr("dokumente.csv", f"{header}D1;{NUMBER};;rechnung;Rechnung 1;2026-01-20;1.pdf\n")
        archive.writestr("1.pdf", bill(NUMBER))
    run(receive_batch(member=clerk, name="d.zip", content=content.getvalue(), now=NOW))
    assert Document.objects.get().erp_id == "D1"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Scan 1.pdf", "name_unread"),
        (f"_{NAME}", "name_unread"),
        (NAME.replace("12345", "99999"), "customer_unknown"),
    ],
)
def test_a_name_without_a_known_customer_waits_for_somebody(
    customer: Customer, clerk: StaffMember, name: str, reason: str
) -> None:
    batch = run(upload(clerk, {name: bill(OTHER)}))
    waiting = QuarantinedDocument.objects.get()
    assert (waiting.customer, waiting.reason, waiting.title) == (None, reason, name)
    assert waiting.found_numbers == OTHER
    assert batch.report["unmatched"] == 1
    run(upload(clerk, {name: bill(OTHER)}))
    assert QuarantinedDocument.objects.count() == StoredFile.objects.count() == 1


def test_scans_of_one_name_wait_side_by_side(customer: Customer, clerk: StaffMember) -> None:
    batch = run(upload(clerk, {"1/scan0001.pdf": bill(OTHER), "2/scan0001.pdf": bill(OTHER, "R-2")}))
    assert batch.report["unmatched"] == QuarantinedDocument.objects.count() == 2
    run(upload(clerk, {"scan0001.pdf": bill(OTHER, "R-3")}))
    assert QuarantinedDocument.objects.count() == StoredFile.objects.count() == 3


def test_a_name_that_names_the_wrong_customer_is_quarantined(customer: Customer, clerk: StaffMember) -> None:
    batch = run(upload(clerk, {NAME: bill(OTHER)}))
    assert QuarantinedDocument.objects.get().customer == customer
    assert batch.report["quarantined"] == 1
    assert not Document.objects.exists()


def test_names_of_macos_and_windows_are_read(customer: Customer, clerk: StaffMember) -> None:
    name = NAME.replace("Jahresabrechnung", "Preisa\u0308nderung  neu")
    rubbish = {".DS_Store": b"x", "Thumbs.db": b"x", "brief.docx": b"x"}
    batch = run(upload(clerk, {name: bill(NUMBER)} | rubbish))
    assert Document.objects.get().title == "Preis\u00e4nderung neu 2025"
    assert [error["value"] for error in batch.report["errors"]] == ["brief.docx"]


def test_a_large_delivery_waits_for_somebody_else(
    customer: Customer, clerk: StaffMember, colleague: StaffMember, settings: Settings
) -> None:
    settings.DOCUMENTS_RELEASE_ABOVE = 0
    batch = run(upload(clerk, {NAME: bill(NUMBER)}))
    assert batch.state == State.AWAITING_RELEASE
    before = snapshot()
    with pytest.raises(SecondPersonNeeded):
        release_batch(batch, member=clerk, now=NOW)
    assert snapshot() == before

    release_batch(batch, member=colleague, now=NOW)

    assert run(batch).state == State.DONE
    assert Document.objects.count() == 1
    entry = AuditEntry.objects.get(action="documents.batch_released")
    assert (entry.actor, entry.subject) == (colleague.user.actor, f"document-batch:{batch.pk}")
    with pytest.raises(ChangedMeanwhile):
        release_batch(batch, member=colleague, now=NOW)


def test_what_waits_is_stopped_at_once(customer: Customer, clerk: StaffMember, settings: Settings) -> None:
    settings.DOCUMENTS_RELEASE_ABOVE = 0
    batch = run(upload(clerk, {NAME: bill(NUMBER)}))
    stop_batch(batch, member=clerk, now=NOW)
    assert run(batch).state == State.STOPPED
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()
    with pytest.raises(ChangedMeanwhile):
        stop_batch(batch, member=clerk, now=NOW)


def test_what_runs_is_stopped_between_two_lots(customer: Customer, clerk: StaffMember) -> None:
    batch = upload(clerk, {NAME: bill(NUMBER)})
    DocumentBatch.objects.update(state=State.CHECKING)
    stop_batch(batch, member=clerk, now=NOW)
    assert run(batch).state == State.STOPPED
    assert not Document.objects.exists()


@pytest.mark.parametrize("released", [False, True])
def test_what_is_stopped_while_the_job_runner_reaches_for_it_stays_stopped(
    customer: Customer, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch, released: bool
) -> None:
    batch = run(upload(clerk, {NAME: bill(NUMBER)}), steps=int(released))
    real_step = uploaded_documents._step

    def stop_before(read: DocumentBatch, now: dt.datetime) -> bool:
        stop_batch(batch, member=clerk, now=NOW)
        return real_step(read, now)

    monkeypatch.setattr(uploaded_documents, "_step", stop_before)
    assert take_in_batches(NOW) == 0
    monkeypatch.undo()
    assert run(batch).state == State.STOPPED
    assert (batch.ended_at, batch.file) == (NOW, None)
    assert not Document.objects.exists()


def test_a_delivery_that_ended_meanwhile_is_not_ended_again(
    customer: Customer, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = upload(clerk, {NAME: bill(NUMBER)})
    real_import = uploaded_documents._import

    def end_within(read: DocumentBatch, *, is_filing: bool, now: dt.datetime) -> object:
        result = real_import(read, is_filing=is_filing, now=now)
        DocumentBatch.objects.update(state=State.REFUSED, ended_at=NOW)
        return result

    monkeypatch.setattr(uploaded_documents, "_import", end_within)
    assert run(batch).state == State.REFUSED
    assert not Document.objects.exists()


def test_a_delivery_whose_file_is_lost_ends_with_the_reason(customer: Customer, clerk: StaffMember) -> None:
    lost, next_one = upload(clerk, {NAME: bill(NUMBER)}), upload(clerk, {NAME: bill(NUMBER)})
    assert lost.file
    private_storage().delete(lost.file.name)
    assert run(lost, steps=1).state == State.REFUSED
    assert "fehlt im Speicher" in lost.report["refusal"]
    assert run(next_one).state == State.DONE


def test_a_zip_that_is_a_trap_is_refused(clerk: StaffMember) -> None:
    batch = run(receive_batch(member=clerk, name="x.zip", content=pack([("a.zip", b"x")]), now=NOW))
    assert batch.state == State.REFUSED
    assert "Archiv im Archiv" in batch.report["refusal"]


def test_a_delivery_that_kills_its_process_is_given_up(clerk: StaffMember) -> None:
    batch = upload(clerk, {NAME: bill(NUMBER)})
    DocumentBatch.objects.update(state=State.CHECKING, attempts=MOST_ATTEMPTS)
    assert run(batch, steps=1).state == State.REFUSED
    assert "dritten Mal" in batch.report["refusal"]


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Until it is undone, the storage takes nothing."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploaded_documents, "import_documents", full)
    return monkeypatch


def minutes_of_tries(*, until: int) -> list[int]:
    """Let the job runner look every minute; return in which of them it tried in vain."""
    tried = []
    for minute in range(until):
        try:
            take_in_batches(NOW + dt.timedelta(minutes=minute))
        except OSError:
            tried.append(minute)
    return tried


def test_a_delivery_waits_longer_and_longer_for_a_full_storage_and_then_goes_on_by_itself(
    customer: Customer, clerk: StaffMember, settings: Settings, full_disk: pytest.MonkeyPatch
) -> None:
    settings.OPERATOR_EMAIL = "betrieb@stadtwerke.example"
    batch = upload(clerk, {NAME: bill(NUMBER)})
    assert minutes_of_tries(until=50) == [0, 1, 6, 21, 36]
    mail = OutgoingMail.objects.get(kind="documents_wait")
    assert mail.context["error"] == "No space left on device"
    batch.refresh_from_db()
    assert (batch.trouble, batch.failures, batch_in_trouble()) == ("No space left on device", 5, batch)
    full_disk.undo()
    later = NOW + dt.timedelta(minutes=51)
    while take_in_batches(later):
        pass
    batch.refresh_from_db()
    assert (batch.state, batch.trouble, batch.failures) == (State.DONE, "", 0)
    assert batch_in_trouble() is None


def test_a_delivery_that_is_tried_again_is_no_longer_said_to_wait(
    customer: Customer, clerk: StaffMember, full_disk: pytest.MonkeyPatch
) -> None:
    upload(clerk, {NAME: bill(NUMBER)})
    assert minutes_of_tries(until=1) == [0]
    in_trouble = []

    def look(*_: object, **__: object) -> object:
        in_trouble.append(batch_in_trouble())
        raise OSError(28, "No space left on device")

    full_disk.setattr(uploaded_documents, "import_documents", look)
    assert minutes_of_tries(until=2) == [1]
    assert in_trouble == [None]


def test_a_delivery_that_waits_for_the_storage_is_stopped_at_once(
    clerk: StaffMember, full_disk: pytest.MonkeyPatch
) -> None:
    batch = upload(clerk, {NAME: bill(NUMBER)})
    assert minutes_of_tries(until=1) == [0]
    stop_batch(batch, member=clerk, now=NOW)
    assert run(batch, steps=1).state == State.STOPPED
    assert not StoredFile.objects.exists()


def test_a_delivery_that_cannot_be_read_keeps_no_other_waiting(
    customer: Customer, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, next_one = upload(clerk, {NAME: bill(NUMBER)}), upload(clerk, {NAME: bill(NUMBER)})
    real_import = uploaded_documents._import

    def fail_for_first(batch: DocumentBatch, *, is_filing: bool, now: dt.datetime) -> object:
        if batch == broken:
            raise OSError(5, "Input/output error")
        return real_import(batch, is_filing=is_filing, now=now)

    monkeypatch.setattr(uploaded_documents, "_import", fail_for_first)
    assert run(next_one).state == State.DONE
    monkeypatch.undo()
    assert take_in_batches(NOW) == 0
    DocumentBatch.objects.update(next_try_at=NOW)
    assert run(broken).state == State.DONE


def test_a_delivery_waits_while_another_import_runs(customer: Customer, clerk: StaffMember) -> None:
    batch = upload(clerk, {NAME: bill(NUMBER)})
    with only_one("document-batches"):
        assert take_in_batches(NOW) in {0, 1}
    assert run(batch).state == State.DONE


def test_old_deliveries_are_forgotten(customer: Customer, clerk: StaffMember) -> None:
    batch = run(upload(clerk, {NAME: bill(NUMBER)}))
    assert delete_old_batches(NOW) == 0
    DocumentBatch.objects.update(ended_at=NOW.replace(year=NOW.year - 1))
    assert delete_old_batches(NOW) == 1
    assert not DocumentBatch.objects.filter(pk=batch.pk).exists()
