"""What is uploaded: looked into by the job runner, released by staff, imported exactly as it was looked into."""

import datetime as dt
from functools import partial
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection
from pytest_django import DjangoAssertNumQueries, Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice.delivery_rows import file_rows
from kundenportal.customers.models import Customer
from kundenportal.erp.deliveries import endings, worker
from kundenportal.erp.deliveries.deciding import (
    CheckedAnew,
    LosesMuch,
    NotWaiting,
    SecondPersonNeeded,
    reject_delivery,
    release_delivery,
    tidy_deliveries,
)
from kundenportal.erp.deliveries.steps import Outcome, check_delivery
from kundenportal.erp.deliveries.taking import PIECE_SIZE, DeliveryWaits, plain_file_name, take_upload
from kundenportal.erp.inbound.report import Report
from kundenportal.erp.inbound.scan import Progress
from kundenportal.erp.inbound.source import open_source
from kundenportal.erp.models import Delivery, DeliveryFault, DeliveryPiece
from kundenportal.files.models import StoredFile
from kundenportal.files.storage import private_storage
from kundenportal.identity.models import StaffMember
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.at_once import at_once
from tests.cases import fresh
from tests.erp.deliveries import IBAN, Files, file_text, held_by_another_process, run_import, two_customers
from tests.erp.document_deliveries import bill, row
from tests.erp.uploads import again, checked, packed, technician, upload, work
from tests.make import NOW, make_reading_submission
from tests.snapshot import snapshot
from tests.staff import make_member

pytestmark = pytest.mark.django_db

Status = Delivery.Status


def release(delivery: Delivery, *, allows_loss: bool = False, member: StaffMember | None = None) -> Delivery:
    assert delivery.checked_at is not None
    by = member or technician()
    release_delivery(delivery.pk, seen=delivery.checked_at, allows_loss=allows_loss, member=by, now=NOW)
    work()
    return again(delivery)


def refusals(delivery: Delivery) -> list[str]:
    found: list[str] = delivery.report.get("refusals", [])
    return found


def many_customers(count: int, **changes: dict[str, str]) -> bytes:
    files = {name: rows if name in REQUIRED else [] for name, rows in two_customers(**changes).items()}
    more = [files["kunden.csv"][1] | {"kundennummer": f"{n:07d}/1"} for n in range(20_000, 20_000 + count)]
    files["kunden.csv"] = files["kunden.csv"] + more
    return packed({name: rows for name, rows in files.items() if rows})


REQUIRED = {"kunden.csv", "verbrauchsstellen.csv", "zaehler.csv", "zaehlwerke.csv"}


def test_what_is_uploaded_is_looked_into_and_changes_nothing() -> None:
    delivery = checked()
    assert (delivery.status, delivery.kind, delivery.fault_count) == (Status.CHECKED, "master_data", 0)
    assert delivery.report["files"]["kunden.csv"] == {"new": 2, "changed": 0, "ended": 0, "unchanged": 0}
    assert not Customer.objects.exists()


def test_a_release_imports_the_very_file_and_lets_go_of_it() -> None:
    delivery = release(checked())
    assert (delivery.status, delivery.report["imported"]) == (Status.IMPORTED, True)
    assert Customer.objects.count() == 2
    assert not DeliveryPiece.objects.exists()
    assert not StoredFile.objects.exists()
    entries = AuditEntry.objects.filter(subject=str(delivery)).order_by("pk")
    actor = technician().user.actor
    assert [(each.action, each.actor) for each in entries] == [
        ("delivery.uploaded", actor),
        ("delivery.checked", "system"),
        ("delivery.released", actor),
        ("delivery.imported", "system"),
    ]
    assert {each.details["sha256"] for each in entries} == {delivery.sha256}
    details = AuditEntry.objects.get(action="erp.master_data_imported").details
    assert (details["sha256"], details["delivery"]) == (delivery.sha256, str(delivery))
    assert details["released_by"] == actor


def test_what_is_uploaded_lies_sealed_in_pieces() -> None:
    content = packed() + IBAN.encode() * (PIECE_SIZE // len(IBAN))
    upload(content)
    names = list(StoredFile.objects.values_list("name", flat=True))
    assert len(names) == 2
    for name in names:
        with private_storage().open(name) as stream:
            assert IBAN.encode() not in stream.read()


def test_the_same_file_waits_once() -> None:
    first = upload()
    before = snapshot()
    with pytest.raises(DeliveryWaits) as found:
        upload()
    assert found.value.delivery == first
    assert snapshot() == before


@pytest.mark.django_db(transaction=True)
def test_the_same_file_waits_once_also_when_two_hand_it_in_at_the_same_time() -> None:
    members = (technician(), make_member(StaffMember.Role.SUPERVISOR))
    content = packed()

    def take(member: StaffMember) -> Delivery:
        return take_upload(name="a.zip", blocks=[content], member=member, now=NOW)

    results = at_once(*[partial(take, member) for member in members * 2], refusals=(DeliveryWaits,))
    delivery = Delivery.objects.get()
    assert results.count(delivery) == 1
    assert sum(isinstance(each, DeliveryWaits) for each in results) == 3
    assert DeliveryPiece.objects.count() == StoredFile.objects.count() == 1
    assert AuditEntry.objects.filter(action="delivery.uploaded").count() == 1


@pytest.mark.parametrize(("most", "status"), [(3, Status.CHECKED), (2, Status.REFUSED)])
def test_an_upload_is_refused_at_the_first_row_too_many(most: int, status: str, settings: Settings) -> None:
    settings.UPLOAD_MAX_ROWS = most
    results = b"vorgang;ergebnis;grund\n" + b"\n" * 2
    delivery = checked(results, name="ergebnisse.csv")
    assert delivery.status == status
    faults = [(each.line, each.reason) for each in delivery.faults.all()]
    told = "Die Lieferung hat mehr als 2 Zeilen; hier wird nicht weiter gelesen."
    assert faults == ([] if most == 3 else [(3, told)])


def test_the_rows_of_all_tables_of_an_upload_count_together(settings: Settings) -> None:
    files = two_customers()
    settings.UPLOAD_MAX_ROWS = rows = sum(1 + len(each) for each in files.values())
    assert checked(packed(files)).status == Status.CHECKED
    settings.UPLOAD_MAX_ROWS = rows - 1
    delivery = checked(packed(files) + b" ")
    fault = delivery.faults.get()
    assert (delivery.status, fault.file) == (Status.REFUSED, "abschlaege.csv")


def test_the_inbox_takes_any_number_of_rows(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOAD_MAX_ROWS = 1
    path = tmp_path / "lieferung.zip"
    path.write_bytes(packed())
    delivery = Delivery(way=Delivery.Way.INBOX, kind=Delivery.Kind.MASTER_DATA)
    outcome = check_delivery(delivery, path, allow_loss=False, now=NOW, progress=lambda *_: None)
    assert not outcome.is_refused


@pytest.mark.parametrize("released", [False, True])
def test_the_migration_lets_one_of_the_same_uploads_go_on(released: bool) -> None:
    migration = import_module("kundenportal.erp.migrations.0002_same_upload_waits_once")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX same_upload_waits_once")
    deliveries = [upload(packed() + bytes([number])) for number in range(4)]
    first, second, third, other = deliveries
    Delivery.objects.exclude(pk=other.pk).update(sha256=first.sha256)
    if released:
        Delivery.objects.filter(pk=first.pk).update(decided_at=NOW, status=Status.RELEASED)
    migration.end_all_but_one(apps, SimpleNamespace(connection=connection))
    unended = Delivery.objects.filter(ended_at=None)
    assert set(unended) == {first if released else third, other}
    assert StoredFile.objects.count() == DeliveryPiece.objects.count() == 2
    ended = Delivery.objects.get(pk=second.pk)
    assert (ended.status, ended.report["refusals"]) == (Status.EXPIRED, [migration.NOTE])


def test_a_delivery_with_faults_is_refused_and_they_are_kept() -> None:
    delivery = checked(packed(two_customers(zaehler={"zaehlernummer": ""}, kunden={"plz": "9" * 20})))
    assert (delivery.status, delivery.fault_count) == (Status.REFUSED, 2)
    assert [(each.file, each.line, each.column) for each in delivery.faults.order_by("place")] == [
        ("kunden.csv", 2, "plz"),
        ("zaehler.csv", 2, "zaehlernummer"),
    ]
    assert not DeliveryPiece.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 cut off", "nicht lesbar: Die Datei ist beschädigt oder keine ZIP-Datei."),
        (packed({}, {"liste.csv": b"a;b\n"}), "weder kunden.csv noch dokumente.csv"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_the_reason(content: bytes, said: str) -> None:
    delivery = checked(content)
    assert delivery.status == Status.REFUSED
    assert said in refusals(delivery)[0]


def test_a_loss_is_released_only_by_who_allows_it_and_did_not_upload_it() -> None:
    work_on = checked(many_customers(10))
    release(work_on)
    delivery = checked(many_customers(5))
    assert (delivery.status, delivery.report["losses"]) == (Status.CHECKED, ["kunden.csv"])
    assert delivery.report["active"]["kunden.csv"] == 12
    before = snapshot()
    with pytest.raises(LosesMuch):
        release(delivery)
    with pytest.raises(SecondPersonNeeded):
        release(delivery, allows_loss=True)
    assert snapshot() == before
    colleague = make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example")
    assert release(delivery, allows_loss=True, member=colleague).status == Status.IMPORTED
    assert Customer.objects.filter(ended_at=None).count() == 7


def imported_later(count: int, days: int, **values: Any) -> Report:
    """Import a delivery of so many customers by the command, so many days after the first one."""
    path = settings.DATA_DIR / "by-hand.zip"
    path.write_bytes(many_customers(count))
    return run_import(path, now=NOW + dt.timedelta(days=days), **values)


def test_what_deliveries_of_a_week_end_counts_together() -> None:
    assert not imported_later(98, 0).losses
    assert not imported_later(95, 1).losses
    before = snapshot()
    refused = imported_later(92, 3)
    assert snapshot() == before
    assert (refused.losses, refused.ended_lately["kunden.csv"]) == (["kunden.csv"], 6)
    assert "3 von 97 Einträgen würden enden, mit denen der letzten 7 Tage 6." in refused.refusals[0]
    assert not imported_later(92, 9).is_refused


def test_a_loss_that_was_allowed_counts_no_more_and_what_came_back_neither() -> None:
    imported_later(98, 0)
    imported_later(88, 1, allow_loss=True)
    assert AuditEntry.objects.filter(details__allowed_losses="kunden.csv").count() == 1
    assert not imported_later(85, 2).losses
    assert not imported_later(88, 3).losses
    assert not imported_later(85, 4).losses
    assert imported_later(83, 5).losses == ["kunden.csv"]


def test_an_upload_that_ends_too_much_of_a_week_needs_a_second_person() -> None:
    imported_later(98, 0)
    imported_later(95, 1)
    delivery = upload(many_customers(92), now=NOW + dt.timedelta(days=2))
    work(NOW + dt.timedelta(days=2))
    delivery = again(delivery)
    assert (delivery.status, delivery.report["losses"]) == (Status.CHECKED, ["kunden.csv"])
    with pytest.raises(SecondPersonNeeded):
        release(delivery, allows_loss=True)
    (row,) = [each for each in file_rows(delivery) if each.is_loss]
    assert (row.ended, row.ended_lately) == (3, 6)


def test_other_names_and_addresses_of_customers_are_counted() -> None:
    run_import_of(many_customers(10))
    changed = many_customers(10, kunden={"kontakt_email": "neu@example.org", "telefon": "1"})
    assert checked(changed).report["renamed_customers"] == 1


def run_import_of(content: bytes) -> None:
    release(checked(content))


def test_what_would_do_something_else_by_now_is_shown_again_instead_of_imported() -> None:
    delivery = checked()
    run_import_of(packed(two_customers(kunden={"name": "Kurz"})))
    before = snapshot(but=[Delivery, AuditEntry])
    delivery = release(delivery)
    assert (delivery.status, delivery.has_changed_since_check) == (Status.CHECKED, True)
    assert delivery.report["files"]["kunden.csv"]["changed"] == 1
    assert refusals(delivery) == []
    assert snapshot(but=[Delivery, AuditEntry]) == before
    assert release(delivery).status == Status.IMPORTED
    assert Customer.objects.get(customer_number="0012345/1").last_name == "Bauer"


def test_a_decision_about_an_older_check_is_not_taken() -> None:
    delivery = checked()
    assert delivery.checked_at
    before = snapshot()
    with pytest.raises(CheckedAnew):
        release_delivery(
            delivery.pk,
            seen=delivery.checked_at - dt.timedelta(seconds=1),
            allows_loss=False,
            member=technician(),
            now=NOW,
        )
    assert snapshot() == before


def test_who_comes_second_decides_nothing() -> None:
    delivery = checked()
    reject_delivery(delivery.pk, member=technician(), now=NOW)
    before = snapshot()
    with pytest.raises(NotWaiting):
        reject_delivery(delivery.pk, member=technician(), now=NOW)
    with pytest.raises(NotWaiting):
        release(delivery)
    assert snapshot() == before
    assert (again(delivery).status, Customer.objects.count()) == (Status.REJECTED, 0)
    assert not StoredFile.objects.exists()


def test_a_file_that_is_another_one_is_not_imported() -> None:
    delivery = checked()
    Delivery.objects.update(sha256="0" * 64)
    assert release(delivery).status == Status.REFUSED
    assert not Customer.objects.exists()


def test_another_import_is_waited_for_and_counts_as_no_try() -> None:
    delivery = upload()
    with held_by_another_process("import"):
        work()
    delivery = again(delivery)
    assert (delivery.status, delivery.attempts) == (Status.WAITING, 0)
    work(delivery.due_at)
    assert again(delivery).status == Status.CHECKED


def test_what_fails_again_and_again_ends_and_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OPERATOR_EMAIL = "betrieb@stadtwerke.example"

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(worker, "check_delivery", full)
    delivery = upload()
    for _ in range(worker.MOST_ATTEMPTS):
        assert again(delivery).status == Status.WAITING
        work(again(delivery).due_at)
    delivery = again(delivery)
    assert delivery.status == Status.FAILED
    assert refusals(delivery) == ["Der Speicher nimmt nichts an: No space left on device"]
    assert OutgoingMail.objects.get().recipient == "betrieb@stadtwerke.example"


def test_a_check_that_cannot_be_written_down_is_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    real_record = endings.record

    def lost(action: str, **values: Any) -> None:
        if action == "delivery.checked":
            raise OperationalError
        real_record(action, **values)

    monkeypatch.setattr(endings, "record", lost)
    delivery = upload()
    for tried in range(worker.MOST_ATTEMPTS):
        assert (again(delivery).status, again(delivery).attempts) == (Status.WAITING, tried)
        work(again(delivery).due_at)
    assert again(delivery).status == Status.FAILED


def test_what_a_killed_process_was_at_is_worked_on_again() -> None:
    delivery = upload()
    Delivery.objects.update(status=Status.CHECKING, attempts=1)
    (settings.DATA_DIR / "delivery-left").mkdir()
    work()
    assert again(delivery).status == Status.CHECKED
    assert not (settings.DATA_DIR / "delivery-left").exists()


def test_results_are_looked_into_and_settled_by_the_release() -> None:
    submission = make_reading_submission(status=Submission.Status.EXPORTED)
    text = f"vorgang;ergebnis;grund\n{submission.reference};abgelehnt;Zähler getauscht\n"
    delivery = checked(text.encode(), name="ergebnisse.csv")
    assert (delivery.kind, delivery.report["rejected"]) == ("results", 1)
    assert fresh(submission).status == Submission.Status.EXPORTED
    assert release(delivery).status == Status.IMPORTED
    assert fresh(submission).reason == "Zähler getauscht"
    actor = technician().user.actor
    entries = AuditEntry.objects.filter(actor="erp")
    assert {each.action: each.details["released_by"] for each in entries} == {
        "reading.rejected": actor,
        "erp.results_imported": actor,
    }


def test_results_known_already_end_as_imported() -> None:
    submission = make_reading_submission(status=Submission.Status.EXPORTED)
    text = f"vorgang;ergebnis;grund\n{submission.reference};abgelehnt;x\n".encode()
    release(checked(text, name="a.csv"))
    delivery = release(checked(text, name="b.csv"))
    assert (delivery.status, delivery.report["known"]) == (Status.IMPORTED, 1)


@pytest.mark.parametrize("tables", [{}, None])
def test_documents_are_not_uploaded_here_alone_or_beside_master_data(tables: Files | None) -> None:
    files = {"Dokumente.CSV": file_text([row(1)]).encode(), "pdf/1.pdf": bill()}
    delivery = checked(packed(tables, files))
    assert delivery.status == Status.REFUSED
    assert "„Dokumente hochladen“" in refusals(delivery)[0]
    assert not DeliveryPiece.objects.exists()


def test_what_nobody_released_for_a_week_expires() -> None:
    delivery = checked()
    assert tidy_deliveries(NOW + dt.timedelta(days=7)) == 0
    assert tidy_deliveries(NOW + dt.timedelta(days=7, seconds=1)) == 1
    assert again(delivery).status == Status.EXPIRED
    assert not StoredFile.objects.exists()


def test_faults_of_ended_deliveries_are_forgotten_after_90_days() -> None:
    delivery = checked(packed(two_customers(kunden={"plz": "9" * 20})))
    tidy_deliveries(NOW + dt.timedelta(days=90))
    assert delivery.faults.count() == 1
    tidy_deliveries(NOW + dt.timedelta(days=91))
    assert delivery.faults.count() == 0
    assert again(delivery).fault_count == 1


def test_faults_of_many_deliveries_are_forgotten_as_fast_as_those_of_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for street in ("Am Markt", "Am Tor"):
        checked(packed(two_customers(kunden={"plz": "9" * 20, "strasse": street})))
    with django_assert_num_queries(2):
        tidy_deliveries(NOW + dt.timedelta(days=91))
    assert not DeliveryFault.objects.exists()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("lieferung.zip", "lieferung.zip"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Lieferung März.zip", "Lieferung März.zip"),
        ("...", "lieferung"),
        ("a" * 200 + ".zip", "a" * 76 + ".zip"),
    ],
)
def test_a_file_name_is_one_that_every_system_takes(name: str, plain: str) -> None:
    assert plain_file_name(name) == plain


def test_the_command_line_still_imports_beside_it() -> None:
    delivery = checked()
    path = settings.DATA_DIR / "by-hand.zip"
    path.write_bytes(packed())
    assert not run_import(path).is_refused
    assert open_source(path).digest() == delivery.sha256
    delivery = release(delivery)
    assert delivery.has_changed_since_check


@pytest.mark.django_db(transaction=True)
def test_how_far_the_work_is_stands_in_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []
    real_check = worker.check_delivery

    def check(*args: Any, progress: Progress, **values: Any) -> Outcome:
        def note(name: str, done: int, size: int) -> None:
            progress(name, done, size)
            told.append(Delivery.objects.values_list("step", "percent").get())

        return real_check(*args, progress=note, **values)

    monkeypatch.setattr(worker, "check_delivery", check)
    delivery = checked()
    steps = list(dict.fromkeys(step for step, _percent in told))
    assert (steps[0], steps[-1]) == ("kunden.csv wird gelesen", "Wird mit dem Bestand verglichen")
    percents = [percent for _step, percent in told]
    assert percents == sorted(percents)
    assert max(percents) == 70
    assert (delivery.step, delivery.percent) == ("", 0)
