"""Killing exports at every step, and running many at once: nothing is lost and nothing leaves twice."""

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from unittest import mock

import pytest
from django.db import transaction

from kundenportal.erp.locks import AlreadyRunning
from kundenportal.erp.outbound import export as exporter
from kundenportal.erp.outbound.export import export_submissions
from kundenportal.submissions.models import ExportBatch, Submission
from tests.faults.stopping import (
    FINISHED,
    REFUSED,
    Stop,
    disk_full,
    in_child,
    interrupted,
    killed,
    status_of,
    stopping_at,
)
from tests.make import NOW, make_reading_submission, make_register

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

MOST_STEPS = 200


def export(directory: Path) -> None:
    export_submissions(directory, file_format="csv", now=NOW)


def export_stopped_at(step: int, stop: Stop, directory: Path) -> None:
    with stopping_at(step, stop), mock.patch.object(exporter, "_ROWS_PER_BLOCK", 1):
        export(directory)


def rows_of(batch: ExportBatch, directory: Path) -> Iterator[str]:
    """Check a batch on disk against its summary and its row in the database; yield its references."""
    folder = directory / str(batch)
    summary = json.loads((folder / "batch.json").read_text())
    assert summary["number"] == batch.pk
    assert summary["files"] == batch.files
    assert {path.name for path in folder.iterdir()} == {"batch.json", *batch.files}
    for name, told in batch.files.items():
        content = (folder / name).read_bytes()
        assert sha256(content).hexdigest() == told["sha256"]
        lines = content.decode().splitlines()[1:]
        assert len(lines) == told["rows"]
        yield from (line.split(";")[0] for line in lines)


def written_once(directory: Path) -> list[str]:
    """Check that each batch is whole on disk; return the references in them, of which none stands in two."""
    batches = list(ExportBatch.objects.order_by("pk"))
    assert [batch.pk for batch in batches] == list(range(1, len(batches) + 1))
    assert sorted(path.name for path in directory.iterdir()) == [str(batch) for batch in batches]
    written: list[str] = []
    for batch in batches:
        assert batch.written_at is not None
        rows = list(rows_of(batch, directory))
        assert rows
        assert rows == [each.reference for each in batch.submissions.order_by("pk")]
        written += rows
    assert len(set(written)) == len(written)
    return written


def assert_exactly_once(directory: Path) -> None:
    """Check that each submission stands in one batch, and that each batch is whole on disk."""
    written = written_once(directory)
    assert sorted(written) == sorted(each.reference for each in Submission.objects.all())
    assert not Submission.objects.exclude(status=Submission.Status.EXPORTED).exists()


@pytest.mark.parametrize("stop", [killed, interrupted, disk_full])
def test_an_export_stopped_at_any_step_is_made_good_by_the_next(stop, tmp_path):
    register = make_register()
    for step in range(1, MOST_STEPS):
        for _ in range(2):
            make_reading_submission(register)
        status = status_of(in_child(lambda: export_stopped_at(step, stop, tmp_path)))  # noqa: B023
        export(tmp_path)
        assert_exactly_once(tmp_path)
        if status == FINISHED:
            break
    assert 25 < step < MOST_STEPS - 1


def test_exports_stopped_one_after_the_other_are_made_good_by_the_last(tmp_path):
    register = make_register()
    for step in range(1, MOST_STEPS):
        make_reading_submission(register)
        if status_of(in_child(lambda: export_stopped_at(step, killed, tmp_path))) == FINISHED:  # noqa: B023
            break
    assert 25 < step < MOST_STEPS - 1
    export(tmp_path)
    assert_exactly_once(tmp_path)


def test_many_exports_at_the_same_time_share_nothing(tmp_path):
    register = make_register()
    for _round in range(5):
        for _ in range(20):
            make_reading_submission(register)
        children = [in_child(lambda: export(tmp_path)) for _ in range(4)]
        statuses = [status_of(child) for child in children]
        assert set(statuses) <= {FINISHED, REFUSED}
        assert FINISHED in statuses
    export(tmp_path)
    assert_exactly_once(tmp_path)


def test_submissions_that_arrive_during_exports_wait_for_the_next(tmp_path):
    register = make_register()

    def send() -> None:
        for number in range(100):
            with transaction.atomic():
                make_reading_submission(register, idempotency_key=f"key {number}")

    sender = in_child(send)
    for _round in range(10):
        assert status_of(in_child(lambda: export(tmp_path))) == FINISHED
    assert status_of(sender) == FINISHED
    export(tmp_path)
    assert_exactly_once(tmp_path)
    assert Submission.objects.count() == 100


def test_an_export_that_runs_keeps_others_out(tmp_path):
    make_reading_submission()
    ready, go = os.pipe(), os.pipe()

    def wait(_path: Path) -> None:
        os.write(ready[1], b".")
        os.read(go[0], 1)

    def hold() -> None:
        with mock.patch.object(exporter, "make_directory", wait):
            export(tmp_path)

    holder = in_child(hold)
    try:
        os.read(ready[0], 1)
        with pytest.raises(AlreadyRunning):
            export(tmp_path)
        assert not ExportBatch.objects.exists()
    finally:
        os.write(go[1], b".")
        status = status_of(holder)
    assert status == FINISHED
    export(tmp_path)
    assert_exactly_once(tmp_path)
