"""Which submissions leave in which batch, and when none does."""

import errno
import json
import os
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.core.management import CommandError, call_command

from kundenportal.audit.models import AuditEntry
from kundenportal.erp.locks import AlreadyRunning
from kundenportal.metering.models import SubmittedReading
from kundenportal.submissions.models import ExportBatch, Submission
from tests.erp.exports import export, files_in, lines_of, make_known_submission
from tests.make import NOW, make_reading_submission

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [each for each in Submission.Status if each != Submission.Status.RECEIVED])
def test_only_what_waits_is_exported(status, tmp_path):
    make_reading_submission(status=status)

    assert export(tmp_path) == "Keine neuen Vorgänge.\n"

    assert Submission.objects.get().status == status
    assert not ExportBatch.objects.exists()
    assert not AuditEntry.objects.exists()
    assert not files_in(tmp_path)


def test_every_submission_is_exported_once_and_batches_have_no_gaps(tmp_path):
    first = make_reading_submission()
    export(tmp_path)
    export(tmp_path)
    second, third = make_reading_submission(), make_reading_submission()
    export(tmp_path)

    batches = {row["reference"]: row["batch"] for row in exported(tmp_path)}
    assert batches == {first.reference: 1, second.reference: 2, third.reference: 2}
    assert set(Submission.objects.values_list("status", flat=True)) == {Submission.Status.EXPORTED}
    assert list(Submission.objects.order_by("pk").values_list("batch_id", flat=True)) == [1, 2, 2]


def exported(directory: Path) -> list[dict[str, Any]]:
    return [
        {"reference": line.split(";")[0], "batch": int(path.name[-6:])}
        for path in sorted(directory.iterdir())
        for line in lines_of(directory, int(path.name[-6:]))[1:]
    ]


def test_the_audit_trail_says_what_left_with_its_checksum(tmp_path):
    make_reading_submission()
    export(tmp_path)
    checksum = sha256((tmp_path / "batch-000001/zaehlerstaende.csv").read_bytes()).hexdigest()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "actor", "subject", "details")) == [
        ("batch.opened", "erp", "batch-000001", {"submissions": 1}),
        ("batch.written", "erp", "batch-000001", {"zaehlerstaende.csv": checksum}),
    ]


def test_the_directory_is_made_with_its_parents(tmp_path):
    make_reading_submission()
    export(tmp_path / "erp" / "out")
    assert len(files_in(tmp_path / "erp" / "out")) == 2


@pytest.mark.parametrize("file_format", ["csv", "json"])
@pytest.mark.parametrize("spelling", ["1", "000001", "batch-000001"])
def test_a_batch_is_repeated_byte_for_byte(file_format, spelling, tmp_path):
    submission = make_known_submission(remark="Grüße")
    export(tmp_path / "first", "--format", file_format)
    Submission.objects.filter(pk=submission.pk).update(status=Submission.Status.COMPLETED, settled_at=NOW)
    make_reading_submission()

    with time_machine.travel(NOW.replace(year=2027)):
        call_command("export_submissions", str(tmp_path / "again"), "--repeat", spelling, stdout=StringIO())

    assert files_in(tmp_path / "again") == files_in(tmp_path / "first")
    assert ExportBatch.objects.get().written_at == NOW
    assert AuditEntry.objects.latest("pk").action == "batch.repeated"
    assert Submission.objects.get(pk=submission.pk).status == Submission.Status.COMPLETED


def test_repeating_a_batch_where_it_stands_changes_nothing_on_disk(tmp_path):
    make_reading_submission()
    export(tmp_path)
    before = files_in(tmp_path)
    export(tmp_path, "--repeat", "1")
    assert files_in(tmp_path) == before


def test_a_batch_whose_data_changed_is_not_repeated(tmp_path):
    make_reading_submission(value=1)
    export(tmp_path / "first")
    SubmittedReading.objects.update(value=2)

    with pytest.raises(CommandError, match="batch-000001 hat andere Daten als damals") as refused:
        export(tmp_path / "again", "--repeat", "1")

    assert refused.value.returncode == 1
    assert not list((tmp_path / "again").iterdir())
    assert not AuditEntry.objects.filter(action="batch.repeated").exists()


def test_an_unknown_batch_is_refused(tmp_path):
    with pytest.raises(CommandError, match="Es gibt keinen Stapel 7"):
        export(tmp_path / "again", "--repeat", "7")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    "arguments",
    [["--format", "xml"], ["--repeat", "x"], ["--repeat", "-1"], ["--repeat", "1", "--format", "json"]],
)
def test_wrong_usage_changes_nothing(arguments, tmp_path):
    make_reading_submission()
    with pytest.raises(CommandError):
        export(tmp_path, *arguments)
    assert Submission.objects.get().status == Submission.Status.RECEIVED


def test_a_full_disk_leaves_nothing_behind_and_the_next_run_writes_the_batch_first(tmp_path):
    first = make_reading_submission()
    with (
        mock.patch("os.fsync", side_effect=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
        pytest.raises(CommandError, match="der nächste Lauf holt es nach"),
    ):
        export(tmp_path)
    assert not list(tmp_path.iterdir())
    assert Submission.objects.get().status == Submission.Status.EXPORTED
    assert ExportBatch.objects.get().written_at is None

    second = make_reading_submission()
    told = export(tmp_path, "--format", "json")

    assert told.splitlines() == [
        f"{tmp_path}/batch-000001: 1 Vorgang (zaehlerstaende.csv 1)",
        f"{tmp_path}/batch-000002: 1 Vorgang (zaehlerstaende.jsonl 1)",
    ]
    assert lines_of(tmp_path)[1].startswith(first.reference)
    assert (
        json.loads((tmp_path / "batch-000002/zaehlerstaende.jsonl").read_text())["vorgang"]
        == second.reference
    )


def test_a_directory_that_cannot_be_made_is_told_before_anything_changes(tmp_path):
    make_reading_submission()
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="Nicht geschrieben"):
        export(tmp_path / "file" / "out")
    assert Submission.objects.get().status == Submission.Status.RECEIVED


@pytest.mark.parametrize("name", ["batch.json", "other"])
def test_something_else_under_the_name_of_a_batch_is_never_overwritten(name, tmp_path):
    make_reading_submission()
    export(tmp_path / "first")
    (tmp_path / "again" / "batch-000001").mkdir(parents=True)
    (tmp_path / "again" / "batch-000001" / name).write_text("precious")

    with pytest.raises(CommandError, match="gibt es schon, mit anderem Inhalt") as refused:
        export(tmp_path / "again", "--repeat", "1")

    assert refused.value.returncode == 1
    assert files_in(tmp_path / "again") == {f"batch-000001/{name}": b"precious"}


def test_numbers_go_on_behind_the_batches_of_the_directory(tmp_path):
    """After a database came back from a backup, batches that are younger than it may stand there."""
    for name in ("batch-000006", "batch-000007", "batch-x", "other"):
        (tmp_path / name).mkdir()
    make_reading_submission()
    export(tmp_path)
    assert len(lines_of(tmp_path, 8)) == 2
    assert ExportBatch.objects.get().pk == 8


def test_what_a_killed_run_left_behind_is_swept_away(tmp_path):
    make_reading_submission()
    (tmp_path / ".batch-000001.part").mkdir()
    (tmp_path / ".batch-000001.part" / "zaehlerstaende.csv").write_text("half a")
    export(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["batch-000001"]


def test_a_second_export_at_the_same_time_does_nothing(tmp_path):
    make_reading_submission()
    with (
        mock.patch("kundenportal.erp.outbound.export.only_one", side_effect=AlreadyRunning),
        pytest.raises(CommandError, match="Ein anderer Export läuft gerade"),
    ):
        export(tmp_path)
    assert Submission.objects.get().status == Submission.Status.RECEIVED
    assert not list(tmp_path.iterdir())
