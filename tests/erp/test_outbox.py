"""The outbox: batches at set times, each once; and batches that staff open and take with a browser."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.core.schedules import Schedule
from kundenportal.erp.models import OutboxRun
from kundenportal.erp.outbound.export import UnknownBatch, open_batch
from kundenportal.erp.outbound.outbox import fill_outbox, outbox_is_due
from kundenportal.erp.outbound.packing import pack_batch
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import ExportBatch, Submission
from tests.erp.deliveries import held_by_another_process
from tests.erp.exports import export, files_in
from tests.make import NOW, make_reading_submission

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def outbox(settings: Settings, tmp_path: Path) -> Path:
    directory = tmp_path / "outbox"
    settings.OUTBOX_DIR = str(directory)
    settings.OUTBOX_EVERY = Schedule(minutes=60)
    settings.OPERATOR_EMAIL = "betrieb@stadtwerke.example"
    return directory


def packed(number: int) -> bytes:
    stream = io.BytesIO()
    pack_batch(number, stream, actor="staff:1", now=NOW)
    return stream.getvalue()


def test_what_waits_is_written_when_its_time_has_come_and_then_not_before_the_next(outbox: Path) -> None:
    make_reading_submission()
    assert fill_outbox(NOW) == 1
    make_reading_submission()
    assert fill_outbox(NOW + HOUR / 2) == 0
    assert fill_outbox(NOW + HOUR) == 1
    assert sorted(each.name for each in outbox.iterdir()) == ["batch-000001", "batch-000002"]
    assert [run.batches for run in OutboxRun.objects.order_by("due_at")] == [1, 1]


def test_nothing_that_waits_is_no_batch(outbox: Path) -> None:
    assert fill_outbox(NOW) == 0
    assert not outbox_is_due(NOW)
    assert not ExportBatch.objects.exists()


def test_without_an_outbox_nothing_is_written() -> None:
    make_reading_submission()
    assert fill_outbox(NOW) == 0
    assert Submission.objects.get().status == Submission.Status.RECEIVED


def test_a_failure_is_told_once_and_made_good(outbox: Path) -> None:
    make_reading_submission()
    outbox.write_text("not a directory")
    assert fill_outbox(NOW) == 0
    assert not outbox_is_due(NOW + dt.timedelta(seconds=30))
    fill_outbox(NOW + dt.timedelta(minutes=2))
    assert OutboxRun.objects.get().error
    assert OutgoingMail.objects.get().kind == "outbox_failed"
    outbox.unlink()
    assert fill_outbox(NOW + dt.timedelta(minutes=4)) == 1
    assert OutboxRun.objects.get().error == ""


def test_another_export_is_waited_for(outbox: Path) -> None:
    make_reading_submission()
    with held_by_another_process("export"):
        assert fill_outbox(NOW) == 0
    assert fill_outbox(NOW) == 1


def test_a_batch_that_staff_open_is_written_at_once_where_there_is_an_outbox(outbox: Path) -> None:
    fill_outbox(NOW)
    make_reading_submission()
    batch = open_batch(None, file_format="csv", actor="staff:1", now=NOW)
    assert batch is not None
    assert AuditEntry.objects.get(action="batch.opened").actor == "staff:1"
    assert outbox_is_due(NOW)
    assert fill_outbox(NOW) == 1
    assert (outbox / str(batch) / "batch.json").exists()


def test_a_download_holds_byte_for_byte_what_the_command_writes(tmp_path: Path) -> None:
    make_reading_submission()
    export(tmp_path)
    content = packed(1)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files_in(tmp_path)
    assert packed(1) == content
    entry = AuditEntry.objects.filter(action="batch.downloaded").first()
    assert entry is not None
    assert (entry.actor, entry.subject, entry.details["rows"]) == ("staff:1", "batch-000001", 1)
    assert (
        entry.details["zaehlerstaende.csv"] == ExportBatch.objects.get().files["zaehlerstaende.csv"]["sha256"]
    )


def test_a_batch_taken_before_it_was_written_counts_as_written(tmp_path: Path) -> None:
    make_reading_submission()
    open_batch(None, file_format="csv", actor="staff:1", now=NOW)
    packed(1)
    assert ExportBatch.objects.get().written_at == NOW
    assert export(tmp_path) == "Keine neuen Vorgänge.\n"


def test_a_batch_nobody_took_is_written_by_the_next_export(tmp_path: Path) -> None:
    make_reading_submission()
    open_batch(None, file_format="csv", actor="staff:1", now=NOW)
    assert "batch-000001" in export(tmp_path)


def test_a_batch_that_is_none_is_not_packed() -> None:
    with pytest.raises(UnknownBatch):
        packed(1)
    assert not AuditEntry.objects.exists()


def test_a_batch_taken_with_a_browser_is_written_into_the_outbox_all_the_same(outbox: Path) -> None:
    fill_outbox(NOW)
    make_reading_submission()
    batch = open_batch(None, file_format="csv", actor="staff:1", now=NOW)
    content = packed(1)
    assert ExportBatch.objects.get().written_at is None
    assert fill_outbox(NOW) == 1
    assert ExportBatch.objects.get().written_at == NOW
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files_in(outbox)
    assert (outbox / str(batch) / "batch.json").exists()
