"""What an exported batch holds."""

import json
import tracemalloc
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from kundenportal.core.german_numbers import decimal_text
from kundenportal.erp.outbound.export import TABLES
from kundenportal.erp.outbound.readings import reading_rows
from kundenportal.erp.outbound.tables import one_line
from kundenportal.metering.models import ReadingSubmission, SubmittedReading
from kundenportal.submissions.models import ExportBatch, Submission
from tests.erp.exports import export, files_in, lines_of, make_known_submission
from tests.make import NOW, TODAY, make_reading_submission, make_register

pytestmark = pytest.mark.django_db

HEADER = (
    "vorgang;eingegangen;kundennummer;verbrauchsstelle;zaehlernummer;zaehlwerk;datum;stand;pruefung;grund"
)


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


def test_the_document_shows_the_summary_as_it_is(tmp_path):
    document = Path(__file__).parents[2] / "docs" / "erp-formats.md"
    shown = json.loads(document.read_text().split("```json\n")[1].split("```")[0])
    make_reading_submission()
    export(tmp_path)
    written = json.loads((tmp_path / "batch-000001/batch.json").read_text())

    assert list(shown) == list(written)
    assert shown["files"].keys() == written["files"].keys()
    for file in shown["files"].values():
        assert list(file) == list(written["files"]["zaehlerstaende.csv"])
    assert {name: type(value) for name, value in shown.items()} == {
        name: type(value) for name, value in written.items()
    }


def test_every_kind_of_submission_has_its_table():
    assert [table.kind for table in TABLES] == list(Submission.Kind)
