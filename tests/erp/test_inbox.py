"""The inbox: what is complete is taken, imported, and filed away with its report; nothing is taken twice."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from structlog.testing import capture_logs

from kundenportal.audit.models import AuditEntry
from kundenportal.config.installation import inspect_installation
from kundenportal.customers.models import Customer
from kundenportal.documents.models import Document
from kundenportal.erp.deliveries import worker
from kundenportal.erp.deliveries.deciding import release_delivery
from kundenportal.erp.deliveries.inbox import (
    file_away,
    has_complete_delivery,
    inbox_fault,
    left_out_of_inbox,
)
from kundenportal.erp.deliveries.selectors import in_trouble
from kundenportal.erp.exchange import exchange_is_due
from kundenportal.erp.models import Delivery
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.erp.deliveries import file_text, held_by_another_process, two_customers, write_delivery
from tests.erp.document_deliveries import bill, row
from tests.erp.uploads import again, later, names_in, packed, put_in_inbox, technician, work
from tests.make import make_customer, make_reading_submission

pytestmark = pytest.mark.django_db

Status = Delivery.Status


@pytest.fixture
def inbox(settings: Settings, tmp_path: Path) -> Path:
    """An inbox whose deliveries are imported by themselves."""
    directory = tmp_path / "inbox"
    directory.mkdir()
    settings.INBOX_DIR = str(directory)
    settings.IMPORT_RELEASE = "automatic"
    settings.OPERATOR_EMAIL = "betrieb@stadtwerke.example"
    return directory


def report_in(directory: Path) -> dict[str, object]:
    (path,) = directory.glob("*.json")
    told: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return told


def test_a_complete_delivery_is_imported_and_filed_away_with_its_report(inbox: Path) -> None:
    put_in_inbox(inbox / "lieferung.zip")
    work(later())
    assert Customer.objects.count() == 2
    assert sorted(each.name for each in inbox.iterdir()) == ["done", "refused", "working"]
    assert names_in(inbox / "done") == ["lieferung.zip", "lieferung.zip.json"]
    told = report_in(inbox / "done")
    assert (told["status"], told["imported"], told["errors"]) == ("imported", True, [])
    assert not OutgoingMail.objects.exists()


def test_what_is_refused_is_filed_away_and_told(inbox: Path) -> None:
    put_in_inbox(inbox / "lieferung.zip", packed(two_customers(kunden={"plz": "9" * 20})))
    work(later())
    assert not Customer.objects.exists()
    assert names_in(inbox / "refused") == ["lieferung.zip", "lieferung.zip.json"]
    told = report_in(inbox / "refused")
    assert (told["error_count"], told["status"]) == (1, "refused")
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.context["status"]) == (
        "delivery_needs_you",
        "betrieb@stadtwerke.example",
        "refused",
    )


def test_what_failed_is_told_and_tried_anew_when_it_is_put_back(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    put_in_inbox(inbox / "lieferung.zip")
    with monkeypatch.context() as patched:
        patched.setattr(worker, "check_delivery", full)
        work(later())
        for _ in range(worker.MOST_ATTEMPTS - 1):
            work(Delivery.objects.get().due_at)
    failed = Delivery.objects.get()
    assert (failed.status, OutgoingMail.objects.get().context["status"]) == (Status.FAILED, "failed")
    assert in_trouble(later()) == [failed]

    (moved,) = (inbox / "refused").glob("*.zip")
    moved.rename(inbox / "lieferung.zip")
    work(later())

    assert Customer.objects.count() == 2
    assert in_trouble(later()) == []


def test_a_loss_is_refused_as_on_the_command_line(inbox: Path) -> None:
    put_in_inbox(inbox / "a.zip")
    work(later())
    files = two_customers()
    for rows in files.values():
        del rows[1:]
    put_in_inbox(inbox / "b.zip", packed(files))
    work(later())
    assert Customer.objects.filter(ended_at=None).count() == 2
    told = report_in(inbox / "refused")
    assert "--allow-loss" in str(told["refusals"])


def test_many_other_names_wait_for_somebody_even_so(inbox: Path) -> None:
    put_in_inbox(inbox / "a.zip")
    work(later())
    put_in_inbox(inbox / "b.zip", packed(two_customers(kunden={"name": "Ganz anders"})))
    work(later())
    assert Delivery.objects.get(name="b.zip").status == Status.CHECKED
    assert OutgoingMail.objects.get().context["status"] == "checked"


def test_with_the_release_by_staff_a_delivery_waits_in_its_place(inbox: Path, settings: Settings) -> None:
    settings.IMPORT_RELEASE = "staff"
    put_in_inbox(inbox / "lieferung.zip")
    work(later())
    delivery = Delivery.objects.get()
    assert (delivery.status, names_in(inbox / "working")) == (Status.CHECKED, ["lieferung.zip"])
    assert not Customer.objects.exists()


def test_documents_that_staff_let_in_are_booked_in_their_name(inbox: Path, settings: Settings) -> None:
    settings.IMPORT_RELEASE = "staff"
    make_customer(customer_number="0012345/1")
    listed = file_text([row(1)]).encode()
    put_in_inbox(inbox / "dokumente.zip", packed({}, {"dokumente.csv": listed, "pdf/1.pdf": bill()}))
    work(later())
    delivery, member = Delivery.objects.get(), technician()
    assert delivery.checked_at
    release_delivery(delivery.pk, seen=delivery.checked_at, allows_loss=False, member=member, now=later())
    work(later())
    assert Document.objects.count() == 1
    entries = AuditEntry.objects.filter(action__in=("document.delivered", "erp.documents_imported"))
    assert [each.actor for each in entries] == [member.user.actor] * 2


def test_what_is_still_written_is_left_alone(inbox: Path) -> None:
    put_in_inbox(inbox / "jung.zip")
    os.utime(inbox / "jung.zip", (0, 0))
    for name in (".verborgen.zip", "halb.zip.part", "liesmich.txt"):
        put_in_inbox(inbox / name)
    (inbox / "leer").mkdir()
    (inbox / "link.zip").symlink_to("/etc/passwd")
    assert not has_complete_delivery(later(seconds=30))
    work(later(seconds=30))
    assert not Delivery.objects.exists()
    work(later(minutes=10))
    assert Delivery.objects.get().name == "jung.zip"


def test_a_directory_is_complete_with_its_marker_or_after_five_minutes(inbox: Path) -> None:
    write_delivery(inbox / "nacht")
    assert not has_complete_delivery(later(minutes=2))
    assert has_complete_delivery(later(minutes=6))
    (inbox / "nacht" / "FERTIG").touch()
    work(later(seconds=0))
    assert Customer.objects.count() == 2
    assert names_in(inbox / "done") == ["nacht", "nacht.json"]


def test_results_and_documents_come_the_same_way(inbox: Path) -> None:
    make_customer(customer_number="0012345/1")
    submission = make_reading_submission(status=Submission.Status.EXPORTED)
    results = f"vorgang;ergebnis;grund\n{submission.reference};abgelehnt;x\n"
    put_in_inbox(inbox / "ergebnisse.csv", results.encode())
    listed = file_text([row(1), row(2, kundennummer="0099999/1")]).encode()
    put_in_inbox(inbox / "dokumente.zip", packed({}, {"dokumente.csv": listed, "pdf/1.pdf": bill()}))
    work(later())
    assert Submission.objects.get().status == Submission.Status.REJECTED
    assert Document.objects.count() == 1
    assert {each.kind: (each.status, each.fault_count) for each in Delivery.objects.all()} == {
        "results": ("imported", 0),
        "documents": ("imported", 1),
    }
    assert OutgoingMail.objects.filter(kind="delivery_needs_you").get().context["status"] == "imported"


def test_documents_of_a_delivery_follow_its_master_data(inbox: Path) -> None:
    listed = file_text([row(1), row(2, kundennummer="0012346/1")]).encode()
    files = {"dokumente.csv": listed, "pdf/1.pdf": bill(), "pdf/2.pdf": bill("0012346/1")}
    put_in_inbox(inbox / "lieferung.zip", packed(None, files))
    work(later())
    delivery = Delivery.objects.get()
    assert delivery.status == Status.IMPORTED
    assert delivery.report["imported"] is True
    assert delivery.report["documents"]["new"] == 2


def test_the_same_delivery_again_changes_nothing(inbox: Path) -> None:
    for _ in range(2):
        put_in_inbox(inbox / "lieferung.zip")
        work(later())
    first, second = Delivery.objects.order_by("pk")
    assert second.report["files"]["kunden.csv"]["unchanged"] == 2
    assert first.path != second.path
    assert len(list((inbox / "done").glob("*.zip"))) == 2


def test_several_runners_take_nothing_twice(inbox: Path) -> None:
    put_in_inbox(inbox / "lieferung.zip")
    with held_by_another_process("deliveries"):
        assert not exchange_is_due(later())
        work(later())
        assert not Delivery.objects.exists()
    assert exchange_is_due(later())


def test_what_was_cut_off_between_moving_and_filing_is_made_good(inbox: Path) -> None:
    put_in_inbox(inbox / "lieferung.zip")
    work(later())
    delivery = Delivery.objects.get()
    Delivery.objects.update(filed_at=None)
    work(later())
    assert again(delivery).filed_at is not None
    file_away(delivery, now=later())
    assert names_in(inbox / "done") == ["lieferung.zip", "lieferung.zip.json"]


def test_what_was_moved_but_not_made_known_is_made_known(inbox: Path) -> None:
    for name in ("working", "done", "refused"):
        (inbox / name).mkdir()
    put_in_inbox(inbox / "working" / "20261122-120000-lieferung.zip")
    put_in_inbox(inbox / "noch.zip")
    work(later())
    assert {each.name for each in Delivery.objects.all()} == {"lieferung.zip", "noch.zip"}


def test_what_was_taken_out_is_told_and_ends(inbox: Path, settings: Settings) -> None:
    settings.IMPORT_RELEASE = "staff"
    path = put_in_inbox(inbox / "lieferung.zip")
    work(later())
    Delivery.objects.update(status=Status.WAITING)
    (path,) = (inbox / "working").iterdir()
    path.unlink()
    work(later())
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.filed_at is not None) == (Status.REFUSED, True)


def test_an_inbox_that_is_not_there_keeps_nothing_waiting(settings: Settings, tmp_path: Path) -> None:
    settings.INBOX_DIR = str(tmp_path / "nirgends")
    assert not exchange_is_due(later())
    work(later())


def test_links_in_the_inbox_are_left_out_and_told(inbox: Path, tmp_path: Path) -> None:
    put_in_inbox(tmp_path / "fremd.zip")
    (inbox / "verknuepft.zip").symlink_to(tmp_path / "fremd.zip")
    (inbox / "working").mkdir()
    (inbox / "working" / "noch-einer.zip").symlink_to(tmp_path / "fremd.zip")
    put_in_inbox(inbox / "echt.csv", b"vorgang;ergebnis;grund\n")
    with capture_logs() as told:
        work(later())
    assert [each.name for each in Delivery.objects.all()] == ["echt.csv"]
    assert left_out_of_inbox() == ["noch-einer.zip", "verknuepft.zip"]
    assert {each["name"] for each in told if each["event"] == "inbox.left_out"} == {
        "verknuepft.zip",
        "noch-einer.zip",
    }


@pytest.mark.parametrize("place", ["working", "done", "refused"])
def test_a_place_that_leads_elsewhere_is_not_used(inbox: Path, tmp_path: Path, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (inbox / place).symlink_to(elsewhere)
    put_in_inbox(inbox / "lieferung.zip")
    work(later())
    assert not Delivery.objects.exists()
    assert list(elsewhere.iterdir()) == []
    assert (inbox / "lieferung.zip").exists()
    assert inbox_fault() == f"cannot be used: {place} is a symbolic link"


def test_a_link_in_place_of_a_delivery_is_not_followed(
    inbox: Path, settings: Settings, tmp_path: Path
) -> None:
    settings.IMPORT_RELEASE = "staff"
    put_in_inbox(inbox / "lieferung.zip")
    work(later())
    (path,) = (inbox / "working").iterdir()
    path.rename(tmp_path / "fremd.zip")
    path.symlink_to(tmp_path / "fremd.zip")
    Delivery.objects.update(status=Status.RELEASED)
    work(later())
    assert Delivery.objects.get().status == Status.REFUSED
    assert not Customer.objects.exists()


@pytest.mark.parametrize("name", ["{}.json", ".{}.json.part"])
def test_a_report_is_written_through_no_link(
    inbox: Path, settings: Settings, tmp_path: Path, name: str
) -> None:
    settings.IMPORT_RELEASE = "staff"
    put_in_inbox(inbox / "lieferung.zip")
    work(later())
    delivery = Delivery.objects.get()
    target = tmp_path / "wichtig"
    target.write_text("bleibt")
    (inbox / "done" / name.format(delivery.path)).symlink_to(target)
    Delivery.objects.update(status=Status.RELEASED)
    work(later())
    assert target.read_text() == "bleibt"
    assert report_in(inbox / "done")["status"] == "imported"
    assert not list((inbox / "done").glob(".*"))


def test_a_release_is_for_every_file_of_a_directory(inbox: Path, settings: Settings) -> None:
    settings.IMPORT_RELEASE = "staff"
    make_customer(customer_number="0012345/1")
    (inbox / "nacht" / "pdf").mkdir(parents=True)
    (inbox / "nacht" / "dokumente.csv").write_text(file_text([row(1)]), encoding="utf-8")
    (inbox / "nacht" / "pdf" / "1.pdf").write_bytes(bill())
    (inbox / "nacht" / "FERTIG").touch()
    work(later())
    (path,) = (inbox / "working").iterdir()
    (path / "pdf" / "1.pdf").write_bytes(bill() + b"%other")
    Delivery.objects.update(status=Status.RELEASED)
    work(later())
    assert Delivery.objects.get().status == Status.REFUSED
    assert not Document.objects.exists()


def test_what_cannot_be_read_keeps_nothing_else_waiting_and_is_told(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "zu").mkdir()
    put_in_inbox(inbox / "lieferung.zip")
    real = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        if path.name == "zu":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    with capture_logs() as told:
        work(later())
    assert Customer.objects.count() == 2
    assert (inbox_fault(), left_out_of_inbox()) == ("", ["zu"])
    assert any(
        each.subject == "Inbox" and each.text.endswith(" zu") for each in inspect_installation(later())
    )
    assert ("zu", "Permission denied") in {(each.get("name"), each.get("reason")) for each in told}
