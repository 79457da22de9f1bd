import errno
import json
import os
import tracemalloc
from decimal import Decimal
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
from kundenportal.erp.outbound.export import TABLES
from kundenportal.erp.outbound.readings import reading_rows
from kundenportal.erp.outbound.tables import decimal_text, one_line
from kundenportal.metering.models import ReadingSubmission, SubmittedReading
from kundenportal.submissions.models import ExportBatch, Submission
from tests.make import NOW, TODAY, make_customer, make_premise, make_reading_submission, make_register

pytestmark = pytest.mark.django_db

HEADER = (
    "vorgang;eingegangen;kundennummer;verbrauchsstelle;zaehlernummer;zaehlwerk;datum;stand;pruefung;grund"
)


def export(directory: Path, *arguments: str) -> str:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("export_submissions", str(directory), *arguments, stdout=out)
    return out.getvalue()


def files_in(directory: Path) -> dict[str, bytes]:
    found = directory.rglob("*")
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found if path.is_file()}


def make_known_submission(**values: Any) -> Submission:
    premise = make_premise(make_customer(customer_number="0012345/1"), erp_id="VS-7")
    register = make_register(premise, meter_number="1EMH0012345678", code="HT")
    return make_reading_submission(register, **{"value": Decimal("24318.50")} | values)


def lines_of(directory: Path, number: int = 1) -> list[str]:
    return (directory / f"batch-{number:06d}/zaehlerstaende.csv").read_text().splitlines()


def test_a_batch_is_one_csv_per_kind_and_a_summary(tmp_path):
    submission = make_known_submission()

    told = export(tmp_path)

    rows = (
        f"{HEADER}\n{submission.reference};2026-11-22T12:00:00+01:00;0012345/1;VS-7;1EMH0012345678;HT;"
        "2026-11-22;24318,5;plausibel;\n"
    ).encode()
    files = files_in(tmp_path)
    assert files.keys() == {"batch-000001/batch.json", "batch-000001/zaehlerstaende.csv"}
    assert files["batch-000001/zaehlerstaende.csv"] == rows
    assert json.loads(files["batch-000001/batch.json"]) == {
        "number": 1,
        "time": "2026-11-22T12:00:00+01:00",
        "format": "csv",
        "submissions": 1,
        "files": {"zaehlerstaende.csv": {"sha256": sha256(rows).hexdigest(), "rows": 1}},
    }
    assert told == f"{tmp_path}/batch-000001: 1 Vorgang (zaehlerstaende.csv 1)\n"


def test_json_lines_say_the_same_with_a_decimal_point(tmp_path):
    submission = make_known_submission(remark="Grüße; bis bald")

    export(tmp_path, "--format", "json")

    files = files_in(tmp_path)
    assert files.keys() == {"batch-000001/batch.json", "batch-000001/zaehlerstaende.jsonl"}
    line = files["batch-000001/zaehlerstaende.jsonl"].decode()
    assert "Grüße" in line
    assert line.endswith("}\n")
    assert json.loads(line) == {
        "vorgang": submission.reference,
        "eingegangen": "2026-11-22T12:00:00+01:00",
        "kundennummer": "0012345/1",
        "verbrauchsstelle": "VS-7",
        "zaehlernummer": "1EMH0012345678",
        "zaehlwerk": "HT",
        "datum": "2026-11-22",
        "stand": "24318.5",
        "pruefung": "plausibel",
        "grund": "Grüße; bis bald",
    }


@pytest.mark.parametrize(
    ("values", "end"),
    [
        ({"check_result": "bestaetigt"}, ";bestaetigt;"),
        ({"reason": "more_people"}, ";plausibel;Mehr Personen im Haushalt"),
        ({"reason": "other", "remark": "Umbau"}, ";plausibel;Anderer Grund: Umbau"),
        ({"remark": 'Er sagte "12;5"'}, ';plausibel;"Er sagte ""12;5"""'),
        ({"remark": "eins\r\nzwei\tdrei\u2028vier "}, ";plausibel;eins zwei drei vier"),
        ({"remark": "=1+1"}, ";plausibel;=1+1"),
        ({"value": 0}, ";0;plausibel;"),
        ({"value": 100}, ";100;plausibel;"),
        ({"value": Decimal("99999999999.9999")}, ";99999999999,9999;plausibel;"),
    ],
)
def test_a_row_ends_with(values, end, tmp_path):
    make_known_submission(**values)
    export(tmp_path)
    assert lines_of(tmp_path)[1].endswith(end)


@pytest.mark.parametrize(
    ("value", "text"),
    [("0.0000", "0"), ("0.5", "0,5"), ("1E+2", "100"), ("120", "120"), ("7.10", "7,1"), ("1E-4", "0,0001")],
)
def test_a_number_is_the_same_text_however_many_zeros_the_database_returns(value, text):
    assert decimal_text(Decimal(value), ",") == text


def test_a_text_becomes_one_line():
    assert one_line("  a\x0bb\x85c\n\n") == "a b c"


def test_a_value_that_was_replaced_is_left_out(tmp_path):
    first = make_register()
    second = make_register(meter=first.meter, code="NT")
    older = make_reading_submission(first, second, value=1)
    newer = make_reading_submission(first, value=2)
    SubmittedReading.objects.filter(reading_submission_id=older.pk, register=first).update(
        replaced_by=newer.reading_submission.readings.get()
    )

    export(tmp_path)

    assert [line.split(";")[5:8:2] for line in lines_of(tmp_path)[1:]] == [["NT", "1"], ["1", "2"]]


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
    (tmp_path / "batch-000001").mkdir()
    (tmp_path / "batch-000001" / name).write_text("precious")

    with pytest.raises(CommandError, match="gibt es schon, mit anderem Inhalt"):
        export(tmp_path)

    assert files_in(tmp_path) == {f"batch-000001/{name}": b"precious"}
    (tmp_path / "batch-000001" / name).unlink()
    (tmp_path / "batch-000001").rmdir()
    export(tmp_path)
    assert len(lines_of(tmp_path)) == 2


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


def make_large_batch(submissions: int, lines_each: int) -> ExportBatch:
    batch = ExportBatch.objects.create(pk=1, created_at=NOW, format="csv")
    first = make_reading_submission(make_register(), batch=batch)
    meter = first.reading_submission.readings.get().register.meter
    registers = [make_register(meter=meter, code=f"R{number}") for number in range(lines_each)]
    spine = {"customer": first.customer, "premise": first.premise, "received_at": NOW, "received_year": 2026}
    made = Submission.objects.bulk_create(
        Submission(
            kind=first.kind, channel=first.channel, batch=batch, idempotency_key=f"bulk-{number}", **spine
        )
        for number in range(submissions)
    )
    details = ReadingSubmission.objects.bulk_create(ReadingSubmission(submission=each) for each in made)
    SubmittedReading.objects.bulk_create(
        (
            SubmittedReading(
                reading_submission=detail,
                register=register,
                reading_date=TODAY,
                value=1,
                check_result="plausibel",
            )
            for detail in details
            for register in registers
        ),
        batch_size=2000,
    )
    return batch


def test_the_rows_of_a_batch_are_never_all_in_memory():
    batch = make_large_batch(500, 20)
    tracemalloc.start()
    try:
        count = sum(1 for _row in reading_rows(batch, ","))
        streamed = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        rows = list(reading_rows(batch, ","))
        at_once = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == len(rows) == 10_001
    assert streamed < at_once / 2, (streamed, at_once)


def test_every_kind_of_submission_has_its_table():
    assert [table.kind for table in TABLES] == list(Submission.Kind)
